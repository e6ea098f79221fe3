import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Serving, serve } from '../../endpoint/serving';

let serving: Serving;
let logs: CloudWatchLogsClient;
const logGroupName = '/aws/codebuild/demo';

beforeEach(async () => {
  serving = await serve();
  logs = new CloudWatchLogsClient(serving.client());
});
afterEach(() => serving.stop());

const put = (logStreamName: string, ...logEvents: { timestamp: number; message: string }[]) =>
  logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
const filter = async (input: object = {}) => logs.send(new FilterLogEventsCommand({ logGroupName, ...input }));

test('what a service writes makes its group and stream, is told to the bus, and is read back in order', async () => {
  serving.logs.write(logGroupName, 'one', ['first', 'second']);
  serving.logs.write(logGroupName, 'one', ['third']);
  expect(serving.room.events).toContainEqual(
    expect.objectContaining({ type: 'log-written', group: logGroupName, stream: 'one', messages: ['third'] }),
  );
  const { events = [] } = await logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName: 'one', startFromHead: true }),
  );
  expect(events.map(({ message }) => message)).toEqual(['first', 'second', 'third']);
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  expect(logStreams).toMatchObject([{ logStreamName: 'one', lastEventTimestamp: events[2]?.timestamp }]);
});

test('events of several streams are filtered by words, in the order of their time, each with an id of its own', async () => {
  serving.logs.write(logGroupName, 'one', []);
  serving.logs.write(logGroupName, 'two', []);
  await put('one', { timestamp: 1000, message: 'ERROR a' }, { timestamp: 3000, message: 'ERROR b' });
  await put('two', { timestamp: 2000, message: 'info' }, { timestamp: 3000, message: 'ERROR c' });
  const { events = [] } = await filter({ filterPattern: 'ERROR' });
  expect(events.map(({ message, logStreamName }) => [message, logStreamName])).toEqual([
    ['ERROR a', 'one'],
    ['ERROR b', 'one'],
    ['ERROR c', 'two'],
  ]);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3);
  expect((await filter({ startTime: 2000, endTime: 2000 })).events?.map(({ message }) => message)).toEqual(['info']);
});

test('pages go on where the last one ended', async () => {
  serving.logs.write(logGroupName, 'one', ['1', '2', '3']);
  const first = await filter({ limit: 2 });
  const second = await filter({ limit: 2, nextToken: first.nextToken });
  expect([first, second].map(({ events }) => events?.map(({ message }) => message))).toEqual([['1', '2'], ['3']]);
  expect(second.nextToken).toBeUndefined();
  const get = (nextToken?: string) =>
    logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'one', limit: 2, nextToken }));
  const latest = await get();
  expect(latest.events?.map(({ message }) => message)).toEqual(['2', '3']);
  expect((await get(latest.nextBackwardToken)).events?.map(({ message }) => message)).toEqual(['1']);
  expect(await get(latest.nextForwardToken)).toMatchObject({ events: [], nextForwardToken: latest.nextForwardToken });
});

test('groups and streams are made once, described, and gone when deleted', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { team: 'web' } }));
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'one' }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }));
  expect(logGroups).toMatchObject([
    { logGroupName, retentionInDays: 7, arn: `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}:*` },
  ]);
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  await expect(put('one', { timestamp: 1, message: 'x' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
});

test('events that are not in order are refused, and so is a live tail, by name', async () => {
  serving.logs.write(logGroupName, 'one', []);
  const request = put('one', { timestamp: 2, message: 'b' }, { timestamp: 1, message: 'a' });
  await expect(request).rejects.toMatchObject({ name: 'InvalidParameterException' });
  // The client would put `stream-` before the address.
  const client = new CloudWatchLogsClient({ ...serving.client(), disableHostPrefix: true });
  const tail = client.send(new StartLiveTailCommand({ logGroupIdentifiers: [serving.logs.arn(logGroupName)] }));
  await expect(tail).rejects.toMatchObject({ message: expect.stringContaining('logs.StartLiveTail is not supported') });
});
