import { arn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError } from '../../kernel/failure';
import type { Logs } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import { type LogSpan, StoredEvents } from './stored-events';

export interface CloudWatchLogsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** For the events; groups and streams are in the store. */
  readonly directory: string;
}

/** Times are milliseconds since 1970, as the API has them. */
export interface LogGroupRecord {
  readonly name: string;
  readonly createdAt: number;
  /** Stored and shown; nothing expires here. */
  readonly retentionDays?: number;
  readonly kmsKeyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Number of streams that it has ever had: each gets a number, for its events' ids. */
  readonly streamsMade: number;
}

export interface LogStreamRecord {
  readonly group: string;
  readonly name: string;
  readonly number: number;
  readonly createdAt: number;
  readonly firstEventAt?: number;
  readonly lastEventAt?: number;
  readonly lastIngestedAt?: number;
  readonly events: number;
}

export interface LogEvent {
  /** 56 digits, growing with time. */
  readonly id: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
}

export interface LogRange {
  /** Start of the range, inclusive. */
  readonly start?: number;
  /** Up to, and without, this moment. */
  readonly end?: number;
}

/** CloudWatch Logs: groups, streams and their events. */
export class CloudWatchLogs implements Logs {
  private readonly groups: Collection<LogGroupRecord>;
  private readonly streams: Collection<LogStreamRecord>;
  private readonly stored: StoredEvents;

  constructor(private readonly options: CloudWatchLogsOptions) {
    this.groups = options.store.collection('logs.groups');
    this.streams = options.store.collection('logs.streams');
    this.stored = new StoredEvents(options.directory);
  }

  /** Writes messages with the current time, and creates a missing group and stream. */
  write(group: string, stream: string, messages: string[]): void {
    if (!this.groups.get(group)) this.createGroup({ name: group });
    if (!this.streams.get(streamKey(group, stream))) this.createStream(group, stream);
    const timestamp = this.options.clock.now().getTime();
    this.put(
      group,
      stream,
      messages.map((message) => ({ timestamp, message })),
    );
  }

  /** Throws `ResourceNotFoundException`, and `InvalidParameterException` for events that are not in order. */
  put(group: string, stream: string, events: readonly { timestamp: number; message: string }[]): void {
    const record = this.stream(group, stream);
    if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0))) {
      throw new AwsError(
        'InvalidParameterException',
        'Log events in a single PutLogEvents request must be in chronological order.',
      );
    }
    if (!events.length) return;
    const now = this.options.clock.now().getTime();
    const timestamps = events.map(({ timestamp }) => timestamp);
    const key = streamKey(group, stream);
    this.stored.append(key, events, now);
    this.streams.put(key, {
      ...record,
      firstEventAt: Math.min(record.firstEventAt ?? Number.POSITIVE_INFINITY, ...timestamps.slice(0, 1)),
      lastEventAt: Math.max(record.lastEventAt ?? 0, ...timestamps.slice(-1)),
      lastIngestedAt: now,
      events: record.events + events.length,
    });
    this.options.bus.emit({ type: 'log-written', group, stream, messages: events.map(({ message }) => message) });
  }

  /** Throws `ResourceAlreadyExistsException`. */
  createGroup(request: { name: string; kmsKeyId?: string; tags?: Readonly<Record<string, string>> }): void {
    const { name, kmsKeyId, tags = {} } = request;
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      );
    }
    if (this.groups.get(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    this.groups.put(name, { name, kmsKeyId, tags, createdAt: this.options.clock.now().getTime(), streamsMade: 0 });
  }

  /** Throws `ResourceNotFoundException`. */
  group(name: string): LogGroupRecord {
    const group = this.groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  groupsBy(prefix = ''): LogGroupRecord[] {
    return this.groups.values(prefix);
  }

  configureGroup(name: string, change: Partial<Pick<LogGroupRecord, 'retentionDays' | 'tags' | 'kmsKeyId'>>): void {
    this.groups.put(name, { ...this.group(name), ...change });
  }

  /** With all its streams. Throws `ResourceNotFoundException`. */
  deleteGroup(name: string): void {
    this.group(name);
    this.options.store.transaction(() => {
      for (const stream of this.streamsOf(name)) this.dropStream(stream);
      this.groups.delete(name);
    });
  }

  /** Throws `ResourceNotFoundException`, `ResourceAlreadyExistsException`. */
  createStream(group: string, name: string): void {
    const record = this.group(group);
    if (this.streams.get(streamKey(group, name))) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    const createdAt = this.options.clock.now().getTime();
    const number = record.streamsMade + 1;
    this.options.store.transaction(() => {
      this.groups.put(group, { ...record, streamsMade: number });
      this.streams.put(streamKey(group, name), { group, name, number, createdAt, events: 0 });
    });
    this.stored.begin(streamKey(group, name));
  }

  /** Throws `ResourceNotFoundException`. */
  stream(group: string, name: string): LogStreamRecord {
    this.group(group);
    const stream = this.streams.get(streamKey(group, name));
    if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return stream;
  }

  streamsOf(group: string, prefix = ''): LogStreamRecord[] {
    this.group(group);
    return this.streams.values(streamKey(group, prefix));
  }

  /** Throws `ResourceNotFoundException`. */
  deleteStream(group: string, name: string): void {
    this.dropStream(this.stream(group, name));
  }

  /** Returns the positions of a range's events in their stream. */
  span({ group, name }: LogStreamRecord, { start = 0, end = Number.POSITIVE_INFINITY }: LogRange = {}): LogSpan {
    return this.stored.within(streamKey(group, name), start, end);
  }

  /**
   * Yields the events of one stream in the order of their time, then of their arrival. A stream may be larger than
   * memory: read only as many as needed.
   */
  *events({ group, name, number }: LogStreamRecord, span: LogSpan): Generator<LogEvent> {
    for (const { position, ...event } of this.stored.read(streamKey(group, name), span)) {
      yield { ...event, id: eventId(event.timestamp, number, position), stream: name };
    }
  }

  /** Without the `:*` that some of the API's members have behind it. */
  arn(group: string): string {
    return arn(this.options.scope, 'logs', `log-group:${group}`);
  }

  private dropStream({ group, name }: LogStreamRecord): void {
    this.streams.delete(streamKey(group, name));
    this.stored.delete(streamKey(group, name));
  }
}

/** No group's name holds a colon. */
const streamKey = (group: string, stream: string) => `${group}:${stream}`;

const eventId = (timestamp: number, stream: number, index: number) =>
  `${String(timestamp).padStart(20, '0')}${String(stream).padStart(18, '0')}${String(index).padStart(18, '0')}`;
