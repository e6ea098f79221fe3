import type { Provider } from '../engine/provider';
import type { Topic } from '../runtime/sns/records';
import type { Sns } from '../runtime/sns/sns';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  TopicName?: string;
  DisplayName?: string;
  KmsMasterKeyId?: string;
  FifoTopic?: boolean | string;
  Subscription?: { Protocol: string; Endpoint: string }[];
  Tags?: TagList;
}

/** Standard topics. */
export function snsTopic(sns: Sns): Provider<Properties> {
  const provided = ({ arn, name }: Topic) => {
    return { physicalId: arn, attributes: { TopicArn: arn, TopicName: name } };
  };
  const subscribe = ({ arn }: Topic, { Subscription = [] }: Properties) => {
    for (const { Protocol, Endpoint } of Subscription) sns.subscribe(arn, { protocol: Protocol, endpoint: Endpoint });
  };
  return {
    type: 'AWS::SNS::Topic',
    fidelity: 'real',
    properties: {
      TopicName: 'real',
      DisplayName: 'record',
      KmsMasterKeyId: 'record',
      FifoTopic: 'real',
      Subscription: 'real',
      Tags: 'record',
    },
    createOnly: ['TopicName', 'FifoTopic'],
    attributes: ['TopicArn', 'TopicName'],
    note: 'Standard topics only. Mail is not sent: it lies in the log group `/aws/sns/<topic>`, a stream for each address.',
    refuse: ({ FifoTopic = false, Subscription = [] }) => [
      ...(String(FifoTopic) === 'true' ? ['FifoTopic: true'] : []),
      ...Subscription.flatMap(({ Protocol }, index) => refusedProtocol(`Subscription.${index}.Protocol`, Protocol)),
    ],
    async create(ctx, properties) {
      const topic = sns.createTopic(properties.TopicName ?? ctx.physicalName({ length: 256 }), {
        displayName: properties.DisplayName,
        kmsKeyId: properties.KmsMasterKeyId,
        tags: resourceTags(ctx, properties.Tags),
      });
      ctx.created(topic.arn);
      subscribe(topic, properties);
      return provided(topic);
    },
    async update(ctx, { physicalId, properties }, next) {
      const topic = sns.change(physicalId, {
        displayName: next.DisplayName,
        kmsKeyId: next.KmsMasterKeyId,
        tags: resourceTags(ctx, next.Tags),
      });
      const stays = (endpoint: string) => next.Subscription?.some((one) => one.Endpoint === endpoint);
      const gone = (properties.Subscription ?? []).filter(({ Endpoint }) => !stays(Endpoint));
      for (const { arn, endpoint } of sns.subscriptions(physicalId)) {
        if (gone.some(({ Endpoint }) => Endpoint === endpoint)) sns.unsubscribe(arn);
      }
      subscribe(topic, next);
      return provided(topic);
    },
    delete: async (_ctx, { physicalId }) => sns.deleteTopic(physicalId),
  };
}

/** Subscribers that this machine has not got, as a refusal. */
export function refusedProtocol(place: string, protocol: string | undefined): string[] {
  return protocol === undefined || ['email', 'lambda'].includes(protocol) ? [] : [`${place}: ${protocol}`];
}
