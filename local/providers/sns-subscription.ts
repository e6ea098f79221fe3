import type { Provider } from '../engine/provider';
import type { Sns } from '../runtime/sns/sns';
import { refusedProtocol } from './sns-topic';

interface Properties {
  TopicArn: string;
  Protocol: string;
  Endpoint: string;
  Region?: string;
}

/** Subscriptions of mailboxes and functions. */
export function snsSubscription(sns: Sns): Provider<Properties> {
  return {
    type: 'AWS::SNS::Subscription',
    fidelity: 'real',
    properties: { TopicArn: 'real', Protocol: 'real', Endpoint: 'real', Region: 'record' },
    required: ['Protocol', 'TopicArn'],
    createOnly: ['TopicArn', 'Protocol', 'Endpoint'],
    attributes: ['Arn'],
    note: 'Mailboxes, which stay `PendingConfirmation`, and functions. Filter policies and other protocols are refused.',
    refuse: ({ Protocol }) => refusedProtocol('Protocol', Protocol),
    async create(ctx, { Endpoint, Protocol, TopicArn }) {
      const { arn } = sns.subscribe(TopicArn, { protocol: Protocol, endpoint: Endpoint });
      ctx.created(arn);
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    // The only property that changes in place, the topic's region, has no effect.
    update: async (_ctx, { physicalId }) => ({ physicalId, attributes: { Arn: physicalId } }),
    delete: async (_ctx, { physicalId }) => sns.unsubscribe(physicalId),
  };
}
