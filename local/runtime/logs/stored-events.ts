import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';

export interface StoredEvent {
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
}

/** From `from` on, up to and without `to`: positions in the order in which events are read. */
export interface LogSpan {
  readonly from: number;
  readonly to: number;
}

/** An event with its position in the order of arrival in its stream. */
export interface Positioned extends StoredEvent {
  readonly position: number;
}

/**
 * The beginning of a line of a stream's file. A line is a block: events that were written together, with the same
 * timestamp. `body` is the length of the messages after it, in bytes, so that blocks are found without reading them.
 */
interface Head {
  readonly length: number;
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly events: number;
  readonly body: number;
}

/** The blocks of a stream: `n` holds the events from `starts[n]` on, and begins at byte `offsets[n]`. */
interface Index {
  readonly starts: number[];
  readonly timestamps: number[];
  readonly offsets: number[];
  events: number;
  bytes: number;
  /** True if no event is older than the one before it: the usual case, which needs no sorting. */
  ordered: boolean;
}

const empty = (): Index => ({ starts: [], timestamps: [], offsets: [], events: 0, bytes: 0, ordered: true });

/**
 * The events of log streams, each stream in its own file: in the database, a build that prints 200 MB would delay all
 * other writes. A page of a stream is read without the rest, by an index that the first read creates.
 */
export class StoredEvents {
  private readonly indexes = new Map<string, Index>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  /** Begins a stream without events. */
  begin(stream: string): void {
    rmSync(this.file(stream), { force: true });
    this.indexes.set(stream, empty());
  }

  append(stream: string, events: readonly { timestamp: number; message: string }[], ingestedAt: number): void {
    const index = this.index(stream);
    for (const [timestamp, messages] of byTimestamp(events)) {
      const body = JSON.stringify(messages);
      const line = Buffer.from(`${timestamp} ${ingestedAt} ${messages.length} ${Buffer.byteLength(body)} ${body}\n`);
      appendFileSync(this.file(stream), line);
      extend(index, { timestamp, events: messages.length, bytes: line.length });
    }
  }

  delete(stream: string): void {
    rmSync(this.file(stream), { force: true });
    this.indexes.delete(stream);
  }

  /** The positions of the events from `start` on, up to and without `end`, in milliseconds since 1970. */
  within(stream: string, start: number, end: number): LogSpan {
    const index = this.index(stream);
    const to = olderThan(index, end);
    return { from: Math.min(olderThan(index, start), to), to };
  }

  /**
   * Yields the events of a span in the order of their time, then of their arrival; block by block. `position` is the
   * order of arrival.
   */
  *read(stream: string, { from, to }: LogSpan): Generator<Positioned> {
    const index = this.index(stream);
    if (!index.ordered) return yield* this.sorted(stream).slice(from, to);
    let block = blockOf(index, from);
    for (let position = from; position < to; block++) {
      const start = index.starts[block]!;
      const events = this.eventsOf(stream, block).slice(position - start, to - start);
      position += events.length;
      yield* events;
    }
  }

  private sorted(stream: string): Positioned[] {
    const blocks = this.index(stream).starts;
    return blocks.flatMap((_, block) => this.eventsOf(stream, block)).sort((a, b) => a.timestamp - b.timestamp);
  }

  private eventsOf(stream: string, block: number): Positioned[] {
    const { offsets, bytes, starts } = this.index(stream);
    const from = offsets[block]!;
    const text = withFile(this.file(stream), (file) => readBytes(file, from, (offsets[block + 1] ?? bytes) - from));
    const { length, timestamp, ingestedAt } = headOf(text)!;
    const messages = JSON.parse(text.slice(length)) as string[];
    return messages.map((message, n) => ({ timestamp, ingestedAt, message, position: starts[block]! + n }));
  }

  private index(stream: string): Index {
    const known = this.indexes.get(stream);
    if (known) return known;
    const index = empty();
    const path = this.file(stream);
    if (existsSync(path)) {
      withFile(path, (file) => readIndex(file, index));
      truncateSync(path, index.bytes);
    }
    this.indexes.set(stream, index);
    return index;
  }

  /** A stream's name may contain characters that a file's may not. */
  private file(stream: string): string {
    return join(this.directory, createHash('sha256').update(stream).digest('hex').slice(0, 40));
  }
}

/** Four numbers and a space behind each. */
const LONGEST_HEAD = 80;

/** Finds the blocks of a file by their heads. A block that was written in part, when the power went, is none. */
function readIndex(file: number, index: Index): void {
  const { size } = fstatSync(file);
  while (index.bytes < size) {
    const head = headOf(readBytes(file, index.bytes, LONGEST_HEAD));
    const bytes = head && head.length + head.body + 1;
    if (!bytes || index.bytes + bytes > size) return;
    extend(index, { ...head, bytes });
  }
}

/** Returns undefined for a head that was written in part. */
function headOf(line: string): Head | undefined {
  const [head, ...numbers] = /^(-?\d+) (\d+) (\d+) (\d+) /.exec(line) ?? [];
  if (head === undefined) return undefined;
  const [timestamp = 0, ingestedAt = 0, events = 0, body = 0] = numbers.map(Number);
  return { length: head.length, timestamp, ingestedAt, events, body };
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function readBytes(file: number, from: number, length: number): string {
  const buffer = Buffer.alloc(length);
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, length, from));
}

function extend(index: Index, block: { timestamp: number; events: number; bytes: number }): void {
  if (block.timestamp < (index.timestamps.at(-1) ?? 0)) index.ordered = false;
  index.starts.push(index.events);
  index.timestamps.push(block.timestamp);
  index.offsets.push(index.bytes);
  index.events += block.events;
  index.bytes += block.bytes;
}

/** The block that holds the event at `position`. */
function blockOf({ starts }: Index, position: number): number {
  let [low, high] = [0, starts.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}

/** Counts the events that are older than a moment: each block has one timestamp. */
function olderThan({ starts, timestamps, events }: Index, moment: number): number {
  return timestamps.reduce(
    (count, timestamp, block) => (timestamp < moment ? count + (starts[block + 1] ?? events) - starts[block]! : count),
    0,
  );
}

function byTimestamp(events: readonly { timestamp: number; message: string }[]): [number, string[]][] {
  const blocks: [number, string[]][] = [];
  for (const { timestamp, message } of events) {
    const last = blocks.at(-1);
    if (last?.[0] === timestamp) last[1].push(message);
    else blocks.push([timestamp, [message]]);
  }
  return blocks;
}
