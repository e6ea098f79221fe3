import { DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { FilterLogEventsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand } from '@aws-sdk/client-codebuild';
import { refusedWith } from '../../cli/refusal';
import type { Clients } from '../clients';
import { imageLogOf, type LogSource } from './log-source';

export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** Log of an action, with the name of the log (a group and stream, or a stack). */
export interface LogPart {
  readonly log: string;
  readonly lines: readonly LogLine[];
}

/** `to` is the time up to which its action may write, in milliseconds; undefined while the action runs. */
export type LogReader = (to?: number) => Promise<LogPart[]>;

/**
 * Reads a log from its beginning. Each call of the returned function resolves with the lines that are new since the last
 * call; no parts if there are none. A log that does not exist yet has no lines.
 */
export function logReader(source: LogSource, clients: Clients): LogReader {
  switch (source.kind) {
    case 'stream':
      return streamReader(source, clients);
    case 'group':
      return groupReader(source, clients);
    case 'stack':
      return stackReader(source, clients);
    case 'build':
      return buildReader(source, clients);
  }
}

function streamReader({ group, stream }: Extract<LogSource, { kind: 'stream' }>, { logs }: Clients): LogReader {
  let nextToken: string | undefined;
  return async () => {
    const lines: LogLine[] = [];
    for (;;) {
      const request = { logGroupName: group, logStreamName: stream, startFromHead: true, nextToken };
      const answer = await ifExists(logs.send(new GetLogEventsCommand(request)));
      lines.push(...linesOf(answer?.events ?? []));
      // The same token again means the end, for now.
      if (!answer || answer.nextForwardToken === nextToken) return partOf(`${group} ${stream}`, lines);
      nextToken = answer.nextForwardToken;
    }
  };
}

function groupReader({ group, from }: Extract<LogSource, { kind: 'group' }>, { logs }: Clients): LogReader {
  const seen = new Set<string>();
  let startTime = from;
  return async (to) => {
    const lines: LogLine[] = [];
    let nextToken: string | undefined;
    do {
      const request = { logGroupName: group, startTime, endTime: to, nextToken };
      const answer = await ifExists(logs.send(new FilterLogEventsCommand(request)));
      const fresh = (answer?.events ?? []).filter(({ eventId = '' }) => !seen.has(eventId));
      for (const { eventId = '', timestamp = 0 } of fresh) {
        seen.add(eventId);
        startTime = Math.max(startTime, timestamp);
      }
      lines.push(...linesOf(fresh));
      nextToken = answer?.nextToken;
    } while (nextToken);
    return partOf(group, lines);
  };
}

function buildReader({ id }: Extract<LogSource, { kind: 'build' }>, clients: Clients): LogReader {
  let read: LogReader | undefined;
  return async () => {
    if (!read) {
      const { builds: [build] = [] } = await clients.codeBuild.send(new BatchGetBuildsCommand({ ids: [id] }));
      const { groupName: group, streamName: stream } = build?.logs ?? {};
      if (!group || !stream) return [];
      read = streamReader({ kind: 'stream', group, stream }, clients);
    }
    return read();
  };
}

/** Reads the events of an operation of a stack, and the log of each image that it builds. */
function stackReader({ stackName, from }: Extract<LogSource, { kind: 'stack' }>, clients: Clients): LogReader {
  const seen = new Set<string>();
  const images = new Map<string, LogReader>();
  return async (to) => {
    const events = await newEvents(clients, { stackName, from, to, seen });
    for (const { PhysicalResourceId: arn = '' } of events) {
      const log = imageLogOf(arn);
      if (log && !images.has(arn)) images.set(arn, logReader(log, clients));
    }
    const parts = partOf(`events of the stack ${stackName}`, events.map(lineOfEvent));
    for (const read of images.values()) parts.push(...(await read()));
    return parts;
  };
}

interface Span {
  readonly stackName: string;
  readonly from: number;
  readonly to?: number;
  /** Ids of the events that were read before; the new ones are added. */
  readonly seen: Set<string>;
}

/** Returns the events that are not in `seen`, oldest first. */
async function newEvents({ cloudFormation }: Clients, { stackName, from, to, seen }: Span): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ifExists(
      cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName, NextToken })),
    );
    NextToken = answer?.NextToken;
    // The latest event is the first.
    for (const event of answer?.StackEvents ?? []) {
      const { EventId = '', Timestamp } = event;
      const at = Timestamp?.getTime() ?? 0;
      if (seen.has(EventId) || at < from) {
        NextToken = undefined;
        break;
      }
      if (to === undefined || at <= to) found.push(event);
    }
  } while (NextToken);
  for (const { EventId = '' } of found) seen.add(EventId);
  return found.reverse();
}

function lineOfEvent(event: StackEvent): LogLine {
  const { Timestamp = new Date(0), LogicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason } = event;
  const reason = ResourceStatusReason ? `: ${ResourceStatusReason}` : '';
  return { at: Timestamp, text: `${LogicalResourceId} (${ResourceType}) ${ResourceStatus}${reason}` };
}

function partOf(log: string, lines: readonly LogLine[]): LogPart[] {
  return lines.length > 0 ? [{ log, lines }] : [];
}

function linesOf(events: readonly { timestamp?: number; message?: string }[]): LogLine[] {
  return events.flatMap(({ timestamp = 0, message = '' }) =>
    message
      .trimEnd()
      .split('\n')
      .map((text) => ({ at: new Date(timestamp), text })),
  );
}

/** Resolves with undefined if the log or stack does not exist (yet). */
async function ifExists<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (refusedWith(error, 'ResourceNotFoundException')) return undefined;
    // CloudFormation has no error code of its own for a missing stack.
    if (refusedWith(error, 'ValidationError') && /does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}
