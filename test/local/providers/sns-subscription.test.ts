import { snsSubscription } from '../../../local/providers/sns-subscription';
import { Sns } from '../../../local/runtime/sns/sns';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

test('AWS::SNS::Subscription subscribes, returns its ARN, and unsubscribes', async () => {
  const sns = new Sns({ ...room(), logs: { write: () => {} }, invoke: () => {} });
  const { arn: TopicArn } = sns.createTopic('runs', { tags: {} });
  const provider = snsSubscription(sns);
  const ctx = providerContext();
  const properties = { TopicArn, Protocol: 'email', Endpoint: 'a@example.com' };
  const made = await provider.create(ctx, properties);
  const [subscription] = sns.subscriptions(TopicArn);
  expect(made).toEqual({ physicalId: subscription?.arn, attributes: { Arn: subscription?.arn } });
  expect(ctx.made).toEqual([subscription?.arn]);
  const moved = await provider.update?.(ctx, { ...made, properties }, { ...properties, Region: 'eu-west-1' });
  expect(moved).toEqual(made);
  await provider.delete(ctx, { ...made, properties });
  await provider.delete(ctx, { ...made, properties });
  expect(sns.subscriptions(TopicArn)).toEqual([]);
  expect(provider.refuse?.({ Protocol: 'https' })).toEqual(['Protocol: https']);
  expect(provider.refuse?.(properties)).toEqual([]);
});
