import * as sdk from '@aws-sdk/client-sns';
import { snsOperations } from '../../../../local/endpoint/operations/sns';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import { Sns } from '../../../../local/runtime/sns/sns';
import { room } from '../../../rig/room';
import { type Serving, serve } from '../serving';

let serving: Serving;
let client: sdk.SNSClient;
let invoked: object[];
let TopicArn: string;

beforeEach(async () => {
  invoked = [];
  const sns = new Sns({
    ...room(new SystemClock()),
    logs: { write: () => {} },
    invoke: (_arn, event) => void invoked.push(event),
  });
  serving = await serve({ services: { sns: service(() => import('@aws-sdk/client-sns'), snsOperations(sns)) } });
  client = new sdk.SNSClient(serving.client());
  const made = await client.send(
    new sdk.CreateTopicCommand({ Name: 'runs', Attributes: { DisplayName: 'Runs' }, Tags: [{ Key: 'a', Value: '1' }] }),
  );
  TopicArn = made.TopicArn ?? '';
});
afterEach(async () => {
  client.destroy();
  await serving.stop();
});

test('a topic is listed and shown with its policy and its subscriptions counted', async () => {
  expect((await client.send(new sdk.ListTopicsCommand())).Topics).toEqual([{ TopicArn }]);
  const subscribe = { TopicArn, Protocol: 'email', Endpoint: 'a@example.com' };
  const { SubscriptionArn: pending } = await client.send(new sdk.SubscribeCommand(subscribe));
  expect(pending).toBe('pending confirmation');
  const { SubscriptionArn } = await client.send(
    new sdk.SubscribeCommand({ ...subscribe, ReturnSubscriptionArn: true }),
  );
  const { Attributes = {} } = await client.send(new sdk.GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({
    TopicArn,
    DisplayName: 'Runs',
    Owner: '000000000000',
    SubscriptionsPending: '1',
    SubscriptionsConfirmed: '0',
    Policy: expect.stringContaining('AWS:SourceOwner'),
  });
  const { Subscriptions } = await client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toEqual([
    {
      TopicArn,
      Protocol: 'email',
      Endpoint: 'a@example.com',
      Owner: '000000000000',
      SubscriptionArn: 'PendingConfirmation',
    },
  ]);
  expect((await client.send(new sdk.ListSubscriptionsCommand())).Subscriptions).toEqual(Subscriptions);
  const shown = await client.send(new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(shown.Attributes).toMatchObject({ PendingConfirmation: 'true', SubscriptionArn });
  await client.send(new sdk.UnsubscribeCommand({ SubscriptionArn }));
  const gone = client.send(new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn }));
  await expect(gone).rejects.toMatchObject({ name: 'NotFoundException', message: 'Subscription does not exist' });
});

test('attributes and tags change; attributes without effect here are refused by name', async () => {
  const set = (AttributeName: string, AttributeValue: string) =>
    client.send(new sdk.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  await set('Policy', '{"Statement":[]}');
  await set('DisplayName', 'Other');
  const { Attributes } = await client.send(new sdk.GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ Policy: '{"Statement":[]}', DisplayName: 'Other' });
  await expect(set('TracingConfig', 'Active')).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  await expect(set('Policy', '{')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await client.send(new sdk.TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: 'b', Value: '2' }] }));
  await client.send(new sdk.UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ['a'] }));
  const { Tags } = await client.send(new sdk.ListTagsForResourceCommand({ ResourceArn: TopicArn }));
  expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
});

test('what is published reaches subscribers with its attributes', async () => {
  const Endpoint = 'arn:aws:lambda:eu-west-1:000000000000:function:fn';
  await client.send(new sdk.SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint }));
  const attribute = { DataType: 'String', StringValue: '1' };
  const binary = { DataType: 'Binary', BinaryValue: Buffer.from('x') };
  const { MessageId } = await client.send(
    new sdk.PublishCommand({
      TopicArn,
      Subject: 's',
      Message: 'm',
      MessageAttributes: { id: attribute, bytes: binary },
    }),
  );
  const MessageAttributes = { id: { Type: 'String', Value: '1' }, bytes: { Type: 'Binary', Value: 'eA==' } };
  expect(invoked).toMatchObject([{ Records: [{ Sns: { MessageId, Subject: 's', Message: 'm', MessageAttributes } }] }]);
});

test('refusals have the error names of the SDK', async () => {
  const publish = (request: Partial<sdk.PublishCommandInput>) =>
    client.send(new sdk.PublishCommand({ Message: 'm', ...request }));
  await expect(publish({ TopicArn: `${TopicArn}-2` })).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic does not exist',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(publish({ TopicArn, Subject: 'ü' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const empty = { a: { DataType: 'String', StringValue: '' } };
  await expect(publish({ TopicArn, MessageAttributes: empty })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  await expect(publish({ PhoneNumber: '+353' })).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  await expect(publish({})).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const filtered = { TopicArn, Protocol: 'email', Endpoint: 'a@b.c', Attributes: { FilterPolicy: '{}' } };
  await expect(client.send(new sdk.SubscribeCommand(filtered))).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  await client.send(new sdk.DeleteTopicCommand({ TopicArn }));
  expect((await client.send(new sdk.ListTopicsCommand())).Topics).toEqual([]);
});
