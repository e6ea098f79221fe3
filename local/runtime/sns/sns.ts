import { arn, parseArn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError, messageOf, NotSupportedLocally } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Logs, Topics } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import { bodyFor, checkMessage, invalid } from './message';
import { defaultPolicy, letsServicePublish } from './policy';
import type { Message, Protocol, Subscription, Topic } from './records';

export interface SnsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** Log of the mails that would have been sent. */
  readonly logs: Logs;
  /** Passes an event to a function, on behalf of a topic. Throws if the function is missing, or does not permit SNS. */
  invoke(functionArn: string, event: object, topicArn: string): void;
}

export type TopicSettings = Omit<Topic, 'arn' | 'name' | 'policy'>;

const PROTOCOLS: ReadonlySet<string> = new Set<Protocol>(['email', 'lambda']);
const PROTOCOLS_OF_AWS = new Set(['http', 'https', 'email-json', 'sms', 'sqs', 'application', 'firehose']);

/** SNS: standard topics, with mailboxes and functions as subscribers. */
export class Sns implements Topics {
  private readonly byArn: Collection<Topic>;
  private readonly subscriptionsByArn: Collection<Subscription>;

  constructor(private readonly options: SnsOptions) {
    this.byArn = options.store.collection('sns.topics');
    this.subscriptionsByArn = options.store.collection('sns.subscriptions');
  }

  /** Creates a topic, or returns an existing one with the same settings. */
  createTopic(name: string, settings: TopicSettings): Topic {
    if (name.endsWith('.fifo')) throw new NotSupportedLocally('A FIFO topic');
    if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name');
    const topic: Topic = { ...settings, name, arn: arn(this.options.scope, 'sns', name) };
    const known = this.byArn.get(topic.arn);
    if (!known) {
      this.byArn.put(topic.arn, topic);
      return topic;
    }
    const same = (key: 'displayName' | 'kmsKeyId') => settings[key] === undefined || settings[key] === known[key];
    if (!same('displayName') || !same('kmsKeyId')) {
      throw invalid('Attributes Reason: Topic already exists with different attributes');
    }
    if (Object.entries(settings.tags).some(([key, value]) => known.tags[key] !== value)) {
      throw invalid('Tags Reason: Topic already exists with different tags');
    }
    return known;
  }

  /** Changes the members of `change`; an undefined policy becomes the default one. */
  change(topicArn: string, change: Partial<TopicSettings & Pick<Topic, 'policy'>>): Topic {
    const topic = { ...this.topic(topicArn), ...change };
    this.byArn.put(topicArn, topic);
    return topic;
  }

  /** Deletes it with its subscriptions. A missing one is not an error. */
  deleteTopic(topicArn: string): void {
    for (const { arn: subscriptionArn } of this.subscriptions(topicArn)) this.unsubscribe(subscriptionArn);
    this.byArn.delete(topicArn);
  }

  topics(): Topic[] {
    return this.byArn.values();
  }

  /** Throws SNS's `NotFound`. */
  topic(topicArn: string): Topic {
    const found = this.byArn.get(topicArn);
    if (found) return found;
    const { length } = topicArn.split(':');
    if (length < 6) throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${length}`);
    throw new AwsError('NotFoundException', 'Topic does not exist');
  }

  policyOf(topicArn: string): object {
    return this.topic(topicArn).policy ?? defaultPolicy(this.options.scope, topicArn);
  }

  /** True if the topic's policy names a service as one that may publish to it. */
  permits(topicArn: string, service: string): boolean {
    return letsServicePublish(this.policyOf(topicArn), service);
  }

  /** A function is in at once; a mailbox waits for a confirmation. Twice is once. */
  subscribe(topicArn: string, { protocol, endpoint }: { protocol: string; endpoint: string }): Subscription {
    this.topic(topicArn);
    if (PROTOCOLS_OF_AWS.has(protocol)) throw new NotSupportedLocally(`The SNS protocol ${protocol}`);
    if (!PROTOCOLS.has(protocol)) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
    if (protocol === 'email' && !/^[^\s@]+@[^\s@]+$/.test(endpoint)) throw invalid('Email address');
    if (protocol === 'lambda' && parseArn(endpoint)?.service !== 'lambda') throw invalid('Lambda endpoint ARN');
    const known = this.subscriptions(topicArn).find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (known) return known;
    const subscription: Subscription = {
      arn: `${topicArn}:${this.options.ids.uuid()}`,
      topicArn,
      protocol: protocol as Protocol,
      endpoint,
      pending: protocol === 'email',
    };
    this.subscriptionsByArn.put(subscription.arn, subscription);
    return subscription;
  }

  /** A missing one is not an error. */
  unsubscribe(subscriptionArn: string): void {
    this.subscriptionsByArn.delete(subscriptionArn);
  }

  subscriptions(topicArn?: string): Subscription[] {
    return this.subscriptionsByArn.values(topicArn === undefined ? '' : `${topicArn}:`);
  }

  /** Throws SNS's `NotFound`. */
  subscription(subscriptionArn: string): Subscription {
    const found = this.subscriptionsByArn.get(subscriptionArn);
    if (!found) throw new AwsError('NotFoundException', 'Subscription does not exist');
    return found;
  }

  publish(topicArn: string, message: Parameters<Topics['publish']>[1]): string {
    const texts = Object.entries(message.attributes ?? {});
    const attributes = Object.fromEntries(texts.map(([name, value]) => [name, { type: 'String', value }]));
    return this.publishMessage(topicArn, { ...message, attributes });
  }

  /** Hands a message to every subscriber and returns its id. A subscriber that refuses it does not keep it from others. */
  publishMessage(topicArn: string, message: Message): string {
    const topic = this.topic(topicArn);
    checkMessage(message);
    const messageId = this.options.ids.uuid();
    const { bus } = this.options;
    const values = Object.entries(message.attributes ?? {}).map(([name, { value }]) => [name, value]);
    bus.emit({
      type: 'message-published',
      topicArn,
      subject: message.subject,
      message: message.message,
      attributes: Object.fromEntries(values),
    });
    for (const subscription of this.subscriptions(topicArn)) {
      try {
        this.deliver(subscription, topic, { ...message, messageId });
      } catch (error) {
        const message = `topic ${topic.name} could not deliver to ${subscription.endpoint}: ${messageOf(error)}`;
        bus.emit({ type: 'notice', level: 'error', message });
      }
    }
    return messageId;
  }

  private deliver(subscription: Subscription, topic: Topic, message: Message & { messageId: string }): void {
    const { protocol, endpoint } = subscription;
    const { invoke, logs } = this.options;
    const body = bodyFor(protocol, message);
    switch (protocol) {
      case 'email': {
        // Without a subject SNS's mails have this one.
        const subject = message.subject ?? 'AWS Notification Message';
        return logs.write(`/aws/sns/${topic.name}`, endpoint, [`Subject: ${subject}\n\n${body}`]);
      }
      case 'lambda':
        return invoke(endpoint, this.eventOf(subscription, { ...message, message: body }), topic.arn);
    }
  }

  /** Returns the event for a function. Nothing here could sign it: the members about its signature are not there. */
  private eventOf(subscription: Subscription, message: Message & { messageId: string }): object {
    const attributes = Object.entries(message.attributes ?? {});
    const Sns = {
      Type: 'Notification',
      MessageId: message.messageId,
      TopicArn: subscription.topicArn,
      Subject: message.subject ?? null,
      Message: message.message,
      Timestamp: this.options.clock.now().toISOString(),
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
      ),
    };
    return {
      Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns }],
    };
  }
}
