import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../kernel/failure';
import type { CloudWatchLogs, LogEvent } from '../../runtime/logs/cloudwatch-logs';
import { filterPattern } from '../../runtime/logs/filter-pattern';
import type { Handlers } from '../handlers';

/** The API's limit for one page. */
const MOST_EVENTS = 10_000;

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

/** Tokens hold a position and the way on from there: `f/12` and `b/12`. At an end, the same token comes back. */
function getEvents(
  logs: CloudWatchLogs,
  input: sdk.GetLogEventsCommandInput,
): Omit<sdk.GetLogEventsCommandOutput, '$metadata'> {
  const stream = logs.stream(groupNameOf(input.logGroupName, input.logGroupIdentifier), input.logStreamName ?? '');
  const all = logs.events(stream, { start: input.startTime, end: input.endTime });
  const limit = Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS);
  const [, way, position] = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '') ?? [];
  if (input.nextToken && !way) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  const forward = way ? way === 'f' : input.startFromHead;
  const at = position === undefined ? (forward ? 0 : all.length) : Math.min(Number(position), all.length);
  const [from, to] = forward ? [at, Math.min(at + limit, all.length)] : [Math.max(0, at - limit), at];
  return {
    events: all.slice(from, to).map(({ timestamp, message, ingestedAt }) => ({
      timestamp,
      message,
      ingestionTime: ingestedAt,
    })),
    nextForwardToken: `f/${to}`,
    nextBackwardToken: `b/${from}`,
  };
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
  const range = { start: input.startTime, end: input.endTime === undefined ? undefined : input.endTime + 1 };
  const found = streams
    .flatMap((stream) => logs.events(stream, range))
    .filter(({ message, id }) => matches(message) && (!input.nextToken || id > input.nextToken))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = found.slice(0, Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS));
  return {
    events: page.map(filteredEvent),
    searchedLogStreams: [],
    nextToken: page.length < found.length ? page.at(-1)?.id : undefined,
  };
}

function filteredEvent({ id, stream, timestamp, ingestedAt, message }: LogEvent): sdk.FilteredLogEvent {
  return { eventId: id, logStreamName: stream, timestamp, ingestionTime: ingestedAt, message };
}

/** A group may be named by its name or by its ARN, with or without `:*`. */
export function groupNameOf(name: string | undefined, identifier: string | undefined): string {
  const given = name ?? identifier ?? '';
  return given.startsWith('arn:') ? (given.split(':')[6] ?? '') : given;
}
