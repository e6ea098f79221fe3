import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { eventsOperations } from '../../../../local/endpoint/operations/events';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import { type BusEvent, EventBridge } from '../../../../local/runtime/events/event-bridge';
import { room, testScope } from '../../../rig/room';

const principal: Principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const target = {
  id: 'Pipeline',
  arn: 'arn:aws:codepipeline:eu-west-1:000000000000:app',
  roleArn: 'arn:aws:iam::000000000000:role/start',
};
const order = { Source: 'shop', DetailType: 'Order', Detail: '{"size":3}' };

let delivered: BusEvent[];
let endpoint: Endpoint;
let client: EventBridgeClient;

beforeEach(async () => {
  const kit = room(new SystemClock());
  delivered = [];
  const roles = { assume: () => credentials };
  const events = new EventBridge({
    ...kit,
    roles,
    targets: { codepipeline: (_target, event) => void delivered.push(event) },
  });
  events.putRule({
    name: 'on-order',
    description: 'd',
    pattern: { source: ['shop'] },
    state: 'ENABLED',
    targets: [target],
  });
  const load = () => import('@aws-sdk/client-eventbridge');
  endpoint = await startEndpoint({
    ...kit,
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: { events: service(load, eventsOperations(events)) },
  });
  client = new EventBridgeClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

test('a rule is listed, and shown with its pattern and targets', async () => {
  const shown = {
    Name: 'on-order',
    Arn: 'arn:aws:events:eu-west-1:000000000000:rule/on-order',
    Description: 'd',
    EventPattern: '{"source":["shop"]}',
    State: 'ENABLED',
    EventBusName: 'default',
  };
  expect((await client.send(new ListRulesCommand({ NamePrefix: 'on-' }))).Rules).toEqual([shown]);
  expect((await client.send(new ListRulesCommand({ NamePrefix: 'off-' }))).Rules).toEqual([]);
  expect(await client.send(new DescribeRuleCommand({ Name: 'on-order' }))).toMatchObject(shown);
  const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'on-order' }));
  expect(Targets).toEqual([{ Id: target.id, Arn: target.arn, RoleArn: target.roleArn }]);
  const missing = client.send(new DescribeRuleCommand({ Name: 'nobody' }));
  await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('an event that is put has the id of the response, and its own time', async () => {
  const Time = new Date('2026-01-02T03:04:05Z');
  const { Entries, FailedEntryCount } = await client.send(
    new PutEventsCommand({ Entries: [{ ...order, Time, Resources: ['arn:x'] }, order] }),
  );
  expect(FailedEntryCount).toBe(0);
  expect(delivered.map(({ id }) => id)).toEqual(Entries?.map(({ EventId }) => EventId));
  expect(delivered[0]).toMatchObject({
    source: 'shop',
    'detail-type': 'Order',
    detail: { size: 3 },
    resources: ['arn:x'],
    time: '2026-01-02T03:04:05Z',
    account: '000000000000',
    region: 'eu-west-1',
  });
});

test('a refused entry does not affect the others', async () => {
  const entries = [
    { ...order, Detail: 'no json' },
    { ...order, Source: 'aws.codecommit' },
    { Source: 'shop', Detail: '{}' },
    order,
  ];
  const { Entries, FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: entries }));
  expect(FailedEntryCount).toBe(3);
  expect(Entries).toEqual([
    { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
    { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    },
    { EventId: delivered[0]?.id },
  ]);
});

test('more than ten entries, and any bus but the default one, are refused', async () => {
  const many = new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => order) });
  await expect(client.send(many)).rejects.toMatchObject({ name: 'ValidationException' });
  const elsewhere = new PutEventsCommand({ Entries: [order, { ...order, EventBusName: 'orders' }] });
  await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  expect(delivered).toEqual([]);
});
