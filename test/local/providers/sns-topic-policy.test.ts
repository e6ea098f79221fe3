import { snsTopicPolicy } from '../../../local/providers/sns-topic-policy';
import { Sns } from '../../../local/runtime/sns/sns';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

const service = 'events.amazonaws.com';

test('AWS::SNS::TopicPolicy is set on its topics, and its deletion restores their default policy', async () => {
  const sns = new Sns({ ...room(), logs: { write: () => {} }, invoke: () => {} });
  const [one = '', two = ''] = ['one', 'two'].map((name) => sns.createTopic(name, { tags: {} }).arn);
  const provider = snsTopicPolicy(sns);
  const ctx = providerContext();
  const statement = { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: service }, Resource: '*' };
  const properties = { Topics: [one], PolicyDocument: { Statement: [statement] } };
  const made = await provider.create(ctx, properties);
  expect(made).toEqual({ physicalId: 'demo-Thing-1A2B3C', attributes: { Id: 'demo-Thing-1A2B3C' } });
  expect([sns.permits(one, service), sns.permits(two, service)]).toEqual([true, false]);
  const next = { ...properties, Topics: [two] };
  await provider.update?.(ctx, { ...made, properties }, next);
  expect([sns.permits(one, service), sns.permits(two, service)]).toEqual([false, true]);
  await provider.delete(ctx, { ...made, properties: next });
  expect(sns.topic(two).policy).toBeUndefined();
  sns.deleteTopic(two);
  await provider.delete(ctx, { ...made, properties: next });
});
