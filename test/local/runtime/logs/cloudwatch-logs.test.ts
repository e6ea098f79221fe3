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

test('log events create their group and stream, reach the bus, and are read in order', async () => {
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

test('events of several streams are filtered by terms, in the order of their time, each with its own id', async () => {
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

test('a page continues at the end of the one before', async () => {
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

test('groups and streams are created once, described, and deleted', async () => {
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

test('events out of order are refused, and so is a live tail, by name', async () => {
  serving.logs.write(logGroupName, 'one', []);
  const request = put('one', { timestamp: 2, message: 'b' }, { timestamp: 1, message: 'a' });
  await expect(request).rejects.toMatchObject({ name: 'InvalidParameterException' });
  // The client would put `stream-` before the address.
  const client = new CloudWatchLogsClient({ ...serving.client(), disableHostPrefix: true });
  const tail = client.send(new StartLiveTailCommand({ logGroupIdentifiers: [serving.logs.arn(logGroupName)] }));
  await expect(tail).rejects.toMatchObject({ message: expect.stringContaining('logs.StartLiveTail is not supported') });
});

describe('a stream that is larger than a page', () => {
  const head = { logGroupName, logStreamName: 'one', startFromHead: true };
  const MEGABYTE = 'm'.repeat(1024 * 1024);

  test('is read in pages of 1 MiB, in both directions, each event once', async () => {
    for (const letter of ['a', 'b', 'c']) serving.logs.write(logGroupName, 'one', [letter.repeat(600_000)]);
    const letters = ({ events = [] }: { events?: { message?: string }[] }) => events.map(({ message }) => message?.[0]);
    const pages = [];
    let nextToken: string | undefined;
    for (let page = 0; page < 4; page++) {
      const answer = await logs.send(new GetLogEventsCommand({ ...head, nextToken }));
      pages.push(letters(answer));
      nextToken = answer.nextForwardToken;
    }
    expect(pages).toEqual([['a'], ['b'], ['c'], []]);
    const newest = await logs.send(new GetLogEventsCommand({ ...head, startFromHead: false }));
    expect(letters(newest)).toEqual(['c']);
    const before = await logs.send(new GetLogEventsCommand({ ...head, nextToken: newest.nextBackwardToken }));
    expect(letters(before)).toEqual(['b']);
  });

  test('shows an event that fills a page alone', async () => {
    serving.logs.write(logGroupName, 'one', [`${MEGABYTE}more`, 'next']);
    const { events } = await logs.send(new GetLogEventsCommand(head));
    expect(events?.map(({ message }) => message?.length)).toEqual([MEGABYTE.length + 4]);
  });

  test('is filtered page by page, in the order of time over all streams', async () => {
    const lines = (from: number) => Array.from({ length: 4000 }, (_, line) => `line ${from + line}`);
    for (const from of [0, 4000, 8000, 12_000]) serving.logs.write(logGroupName, 'one', lines(from));
    const first = await filter();
    const second = await filter({ nextToken: first.nextToken });
    const found = [...(first.events ?? []), ...(second.events ?? [])].map(({ message }) => message);
    expect(found).toEqual([0, 4000, 8000, 12_000].flatMap(lines));
    expect(second.nextToken).toBeUndefined();
  });
});

test('events that arrived out of order are read in order, in ranges and page by page', async () => {
  serving.logs.write(logGroupName, 'one', []);
  const event = (timestamp: number) => ({ timestamp, message: String(timestamp) });
  await put('one', event(3000), event(4000));
  await put('one', event(1000), event(2000));
  const read = async (input: object) => {
    const asked = { logGroupName, logStreamName: 'one', startFromHead: true, ...input };
    const { events = [], nextForwardToken } = await logs.send(new GetLogEventsCommand(asked));
    return { messages: events.map(({ message }) => message), nextForwardToken };
  };
  expect((await read({})).messages).toEqual(['1000', '2000', '3000', '4000']);
  expect((await read({ startTime: 2000, endTime: 4000 })).messages).toEqual(['2000', '3000']);
  expect((await read({ startTime: 5000 })).messages).toEqual([]);
  const { nextForwardToken } = await read({ limit: 3 });
  expect((await read({ nextToken: nextForwardToken })).messages).toEqual(['4000']);
});
