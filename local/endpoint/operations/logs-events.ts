import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../kernel/failure';
import type { CloudWatchLogs, LogEvent } from '../../runtime/logs/cloudwatch-logs';
import { filterPattern } from '../../runtime/logs/filter-pattern';
import { atMost } from '../constraints';
import type { Handlers } from '../handlers';

/** The API's limits for one page: events, and bytes of messages. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;

/** Writing and reading events. */
export function eventOperations(logs: CloudWatchLogs): Handlers<typeof sdk> {
  return {
    PutLogEvents({ logGroupName = '', logStreamName = '', logEvents = [] }) {
      const events = logEvents.map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
      logs.put(logGroupName, logStreamName, events);
      return { nextSequenceToken: String(logs.stream(logGroupName, logStreamName).events).padStart(56, '0') };
    },
    GetLogEvents: (input) => getEvents(logs, input),
    FilterLogEvents: (input) => filterEvents(logs, input),
  };
}

/** Tokens hold a direction and a position: `f/12` and `b/12`. At an end, the same token is returned. */
function getEvents(
  logs: CloudWatchLogs,
  input: sdk.GetLogEventsCommandInput,
): Omit<sdk.GetLogEventsCommandOutput, '$metadata'> {
  const stream = logs.stream(groupNameOf(input.logGroupName, input.logGroupIdentifier), input.logStreamName ?? '');
  const span = logs.span(stream, { start: input.startTime, end: input.endTime });
  atMost(MOST_EVENTS, { member: 'limit', value: input.limit, code: 'InvalidParameterException' });
  const most = input.limit ?? MOST_EVENTS;
  const [, way, position] = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '') ?? [];
  if (input.nextToken && !way) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  const forward = way ? way === 'f' : input.startFromHead;
  const asked = position === undefined ? undefined : Math.min(Math.max(Number(position), span.from), span.to);
  if (forward) {
    const from = asked ?? span.from;
    const events = asMuchAsFits(logs.events(stream, { from, to: Math.min(from + most, span.to) }));
    return pageOf(events, { from, to: from + events.length });
  }
  const to = asked ?? span.to;
  // Backwards it is the oldest that do not fit.
  const newestFirst = [...logs.events(stream, { from: Math.max(span.from, to - most), to })].reverse();
  const events = asMuchAsFits(newestFirst).reverse();
  return pageOf(events, { from: to - events.length, to });
}

function pageOf(
  events: readonly LogEvent[],
  { from, to }: { from: number; to: number },
): Omit<sdk.GetLogEventsCommandOutput, '$metadata'> {
  return {
    events: events.map(({ timestamp, message, ingestedAt }) => ({ timestamp, message, ingestionTime: ingestedAt })),
    nextForwardToken: `f/${to}`,
    nextBackwardToken: `b/${from}`,
  };
}

/** The first events, up to a page's bytes; one at least. */
function asMuchAsFits(events: Iterable<LogEvent>): LogEvent[] {
  const fitting: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.message);
    if (bytes > MOST_BYTES && fitting.length > 0) break;
    fitting.push(event);
  }
  return fitting;
}

/** Events of all streams in the order of their time. The token is the id of the last event shown. */
function filterEvents(
  logs: CloudWatchLogs,
  input: sdk.FilterLogEventsCommandInput,
): Omit<sdk.FilterLogEventsCommandOutput, '$metadata'> {
  const group = groupNameOf(input.logGroupName, input.logGroupIdentifier);
  if (input.logStreamNamePrefix && input.logStreamNames) {
    throw new AwsError(
      'InvalidParameterException',
      'LogStreamNamePrefix and LogStreamNames parameters are mutually exclusive.',
    );
  }
  const streams = input.logStreamNames
    ? input.logStreamNames.map((name) => logs.stream(group, name))
    : logs.streamsOf(group, input.logStreamNamePrefix);
  const matches = filterPattern(input.filterPattern);
  // The end is inclusive here, and exclusive in GetLogEvents.
  const end = input.endTime === undefined ? undefined : input.endTime + 1;
  // An id begins with its event's time, so all older events were on the pages before.
  const range = { start: Math.max(input.startTime ?? 0, Number(input.nextToken?.slice(0, 20) ?? 0)), end };
  atMost(MOST_EVENTS, { member: 'limit', value: input.limit, code: 'InvalidParameterException' });
  const most = input.limit ?? MOST_EVENTS;
  // Each stream is ordered, so at most a page of each can be on this page.
  const found = streams
    .flatMap((stream) => {
      const events = logs.events(stream, logs.span(stream, range));
      return firstOf(events, most + 1, ({ message, id }) => matches(message) && id > (input.nextToken ?? ''));
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = asMuchAsFits(found.slice(0, most));
  return {
    events: page.map(filteredEvent),
    searchedLogStreams: [],
    nextToken: page.length < found.length ? page.at(-1)?.id : undefined,
  };
}

function firstOf<T>(items: Iterable<T>, most: number, matches: (item: T) => boolean): T[] {
  const found: T[] = [];
  for (const item of items) {
    if (matches(item) && found.push(item) === most) break;
  }
  return found;
}

function filteredEvent({ id, stream, timestamp, ingestedAt, message }: LogEvent): sdk.FilteredLogEvent {
  return { eventId: id, logStreamName: stream, timestamp, ingestionTime: ingestedAt, message };
}

/** A group may be named by its name or by its ARN, with or without `:*`. */
export function groupNameOf(name: string | undefined, identifier: string | undefined): string {
  const given = name ?? identifier ?? '';
  return given.startsWith('arn:') ? (given.split(':')[6] ?? '') : given;
}
