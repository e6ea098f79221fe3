import { snsTopic } from '../../../local/providers/sns-topic';
import { Sns } from '../../../local/runtime/sns/sns';
import { room } from '../../rig/room';
import { givenTags, providerContext } from './provider-context';

const arn = 'arn:aws:sns:eu-west-1:000000000000:demo-Thing-1A2B3C';
const mail = (Endpoint: string) => ({ Protocol: 'email', Endpoint });

function setUp() {
  const sns = new Sns({ ...room(), logs: { write: () => {} }, invoke: () => {} });
  return { sns, provider: snsTopic(sns), ctx: providerContext() };
}

describe('AWS::SNS::Topic', () => {
  test('a topic is created with its subscriptions; Ref returns its ARN', async () => {
    const { sns, provider, ctx } = setUp();
    const made = await provider.create(ctx, { DisplayName: 'Runs', Subscription: [mail('a@example.com')] });
    expect(made).toEqual({ physicalId: arn, attributes: { TopicArn: arn, TopicName: 'demo-Thing-1A2B3C' } });
    expect(ctx.made).toEqual([arn]);
    expect(sns.topic(arn)).toMatchObject({ displayName: 'Runs', tags: givenTags });
    expect(sns.subscriptions(arn).map(({ endpoint }) => endpoint)).toEqual(['a@example.com']);
  });

  test('an update changes the topic in place, and keeps foreign subscriptions', async () => {
    const { sns, provider, ctx } = setUp();
    const properties = { DisplayName: 'Runs', Subscription: [mail('a@example.com'), mail('b@example.com')] };
    const current = { ...(await provider.create(ctx, properties)), properties };
    sns.subscribe(arn, { protocol: 'email', endpoint: 'c@example.com' });
    await provider.update?.(ctx, current, { Subscription: [mail('b@example.com')] });
    expect(sns.topic(arn).displayName).toBeUndefined();
    const endpoints = sns.subscriptions(arn).map(({ endpoint }) => endpoint);
    expect(endpoints.sort()).toEqual(['b@example.com', 'c@example.com']);
  });

  test('deletion is idempotent', async () => {
    const { sns, provider, ctx } = setUp();
    const current = { ...(await provider.create(ctx, { TopicName: 'runs' })), properties: {} };
    expect(current.physicalId).toBe('arn:aws:sns:eu-west-1:000000000000:runs');
    await provider.delete(ctx, current);
    await provider.delete(ctx, current);
    expect(sns.topics()).toEqual([]);
  });

  test('FIFO topics and other protocols are refused by name before anything is changed', () => {
    const { provider } = setUp();
    const properties = { FifoTopic: true, Subscription: [mail('a@example.com'), { Protocol: 'sqs', Endpoint: 'q' }] };
    expect(provider.refuse?.(properties)).toEqual(['FifoTopic: true', 'Subscription.1.Protocol: sqs']);
  });
});
