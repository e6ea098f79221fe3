import type * as sdk from '@aws-sdk/client-sns';
import { NotSupportedLocally } from '../../kernel/failure';
import { invalid } from '../../runtime/sns/message';
import type { MessageAttribute, Subscription, Topic } from '../../runtime/sns/records';
import type { Sns } from '../../runtime/sns/sns';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';

/** SNS's operations. */
export function snsOperations(sns: Sns): Handlers<typeof sdk> {
  return { ...topics(sns), ...subscriptions(sns), ...publishing(sns) };
}

const PAGE = 100;
const PENDING = 'PendingConfirmation';

function topics(sns: Sns): Handlers<typeof sdk> {
  return {
    CreateTopic({ Name = '', Attributes = {}, Tags = [], DataProtectionPolicy }) {
      if (DataProtectionPolicy) throw new NotSupportedLocally('DataProtectionPolicy of a topic');
      const { policy, ...settings } = settingsOf(Attributes);
      const topic = sns.createTopic(Name, { ...settings, tags: Object.fromEntries(Tags.map(pair)) });
      if (policy) sns.change(topic.arn, { policy });
      return { TopicArn: topic.arn };
    },
    DeleteTopic({ TopicArn = '' }) {
      sns.deleteTopic(TopicArn);
      return {};
    },
    ListTopics({ NextToken }) {
      const { items, next } = pageOf(sns.topics(), { token: NextToken, size: PAGE });
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
    },
    GetTopicAttributes({ TopicArn = '' }) {
      return { Attributes: attributesOf(sns, sns.topic(TopicArn)) };
    },
    SetTopicAttributes({ TopicArn = '', AttributeName = '', AttributeValue = '' }) {
      sns.change(TopicArn, settingsOf({ [AttributeName]: AttributeValue }));
      return {};
    },
    ListTagsForResource({ ResourceArn = '' }) {
      return { Tags: Object.entries(sns.topic(ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })) };
    },
    TagResource({ ResourceArn = '', Tags = [] }) {
      const { tags } = sns.topic(ResourceArn);
      sns.change(ResourceArn, { tags: { ...tags, ...Object.fromEntries(Tags.map(pair)) } });
      return {};
    },
    UntagResource({ ResourceArn = '', TagKeys = [] }) {
      const kept = Object.entries(sns.topic(ResourceArn).tags).filter(([key]) => !TagKeys.includes(key));
      sns.change(ResourceArn, { tags: Object.fromEntries(kept) });
      return {};
    },
  };
}

function subscriptions(sns: Sns): Handlers<typeof sdk> {
  const list = (all: Subscription[], token: string | undefined) => {
    const { items, next } = pageOf(all, { token, size: PAGE });
    return { Subscriptions: items.map(describe), NextToken: next };
  };
  return {
    Subscribe({ TopicArn = '', Protocol = '', Endpoint = '', Attributes = {}, ReturnSubscriptionArn }) {
      const [attribute] = Object.keys(Attributes);
      if (attribute) throw new NotSupportedLocally(`The subscription attribute ${attribute}`);
      const { arn, pending } = sns.subscribe(TopicArn, { protocol: Protocol, endpoint: Endpoint });
      return { SubscriptionArn: pending && !ReturnSubscriptionArn ? 'pending confirmation' : arn };
    },
    Unsubscribe({ SubscriptionArn = '' }) {
      sns.unsubscribe(SubscriptionArn);
      return {};
    },
    ListSubscriptions: ({ NextToken }) => list(sns.subscriptions(), NextToken),
    ListSubscriptionsByTopic: ({ TopicArn = '', NextToken }) =>
      list(sns.subscriptions(sns.topic(TopicArn).arn), NextToken),
    GetSubscriptionAttributes({ SubscriptionArn = '' }) {
      const { arn, endpoint, pending, protocol, topicArn } = sns.subscription(SubscriptionArn);
      return {
        Attributes: {
          SubscriptionArn: arn,
          TopicArn: topicArn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: ownerOf(topicArn),
          PendingConfirmation: String(pending),
          RawMessageDelivery: 'false',
          ConfirmationWasAuthenticated: String(!pending),
        },
      };
    },
  };
}

function publishing(sns: Sns): Handlers<typeof sdk> {
  return {
    Publish({ TopicArn, TargetArn, PhoneNumber, MessageAttributes = {}, ...request }) {
      if (PhoneNumber !== undefined) throw new NotSupportedLocally('Publishing to a phone number');
      const topicArn = TopicArn ?? TargetArn;
      if (topicArn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
      const attributes = Object.entries(MessageAttributes).map(([name, value]) => [name, attributeOf(value)]);
      const MessageId = sns.publishMessage(topicArn, {
        subject: request.Subject,
        message: request.Message ?? '',
        structure: request.MessageStructure,
        attributes: Object.fromEntries(attributes),
      });
      return { MessageId };
    },
  };
}

function attributeOf({ DataType = '', StringValue, BinaryValue }: sdk.MessageAttributeValue): MessageAttribute {
  return { type: DataType, value: BinaryValue ? Buffer.from(BinaryValue).toString('base64') : (StringValue ?? '') };
}

/** The attributes that a topic may be given; any other is refused by name. */
function settingsOf(attributes: Readonly<Record<string, string>>): Parameters<Sns['change']>[1] {
  const { DisplayName, KmsMasterKeyId, Policy, ...others } = attributes;
  const [other] = Object.keys(others);
  if (other) throw new NotSupportedLocally(`The topic attribute ${other}`);
  return {
    ...(DisplayName !== undefined && { displayName: DisplayName }),
    ...(KmsMasterKeyId !== undefined && { kmsKeyId: KmsMasterKeyId || undefined }),
    ...(Policy !== undefined && { policy: policyOf(Policy) }),
  };
}

function policyOf(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    throw invalid('Policy Error: null');
  }
}

function attributesOf(sns: Sns, { arn, displayName = '', kmsKeyId }: Topic): Record<string, string> {
  const all = sns.subscriptions(arn);
  const pending = all.filter((subscription) => subscription.pending).length;
  return {
    TopicArn: arn,
    Owner: ownerOf(arn),
    DisplayName: displayName,
    Policy: JSON.stringify(sns.policyOf(arn)),
    SubscriptionsPending: String(pending),
    SubscriptionsConfirmed: String(all.length - pending),
    SubscriptionsDeleted: '0',
    ...(kmsKeyId !== undefined && { KmsMasterKeyId: kmsKeyId }),
  };
}

function describe({ arn, endpoint, pending, protocol, topicArn }: Subscription): sdk.Subscription {
  return {
    SubscriptionArn: pending ? PENDING : arn,
    Owner: ownerOf(topicArn),
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  };
}

const ownerOf = (arn: string) => arn.split(':')[4] ?? '';

const pair = ({ Key = '', Value = '' }: sdk.Tag): [string, string] => [Key, Value];
