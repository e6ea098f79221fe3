import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

export interface StoredEvent {
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
}

/** From `from` on, up to and without `to`: positions in the order in which events are read. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Events that were written together, with the same timestamp: one line of a stream's file. */
interface Block {
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly messages: readonly string[];
}

/** The blocks of a stream: `n` holds the events from `starts[n]` on, and begins at byte `offsets[n]`. */
interface Index {
  readonly starts: number[];
  readonly timestamps: number[];
  readonly offsets: number[];
  events: number;
  bytes: number;
  /** No event is older than the one before it: the usual case, and the one that needs no sorting. */
  ordered: boolean;
}

const empty = (): Index => ({ starts: [], timestamps: [], offsets: [], events: 0, bytes: 0, ordered: true });

/**
 * The events of log streams, each stream in a file of its own: in the database, a build that prints 200 MB would hold up
 * everything else that is written there. A page of a stream is read without the rest of it, by an index that is made at
 * the first look.
 */
export class StoredEvents {
  private readonly indexes = new Map<string, Index>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  /** A stream that has no event yet. */
  begin(stream: string): void {
    rmSync(this.file(stream), { force: true });
    this.indexes.set(stream, empty());
  }

  append(stream: string, events: readonly { timestamp: number; message: string }[], ingestedAt: number): void {
    const index = this.index(stream);
    for (const [timestamp, messages] of byTimestamp(events)) {
      const line = Buffer.from(`${timestamp} ${ingestedAt} ${messages.length} ${JSON.stringify(messages)}\n`);
      appendFileSync(this.file(stream), line);
      extend(index, { timestamp, events: messages.length, bytes: line.length });
    }
  }

  delete(stream: string): void {
    rmSync(this.file(stream), { force: true });
    this.indexes.delete(stream);
  }

  /** The positions of the events from `start` on, up to and without `end`, in milliseconds since 1970. */
  within(stream: string, start: number, end: number): Span {
    const index = this.index(stream);
    if (!index.ordered) {
      const sorted = this.sorted(stream);
      const from = sorted.findIndex(({ timestamp }) => timestamp >= start);
      const to = sorted.findIndex(({ timestamp }) => timestamp >= end);
      const last = to < 0 ? sorted.length : to;
      return { from: from < 0 ? last : Math.min(from, last), to: last };
    }
    const first = index.timestamps.findIndex((timestamp) => timestamp >= start);
    const after = index.timestamps.findIndex((timestamp) => timestamp >= end);
    const to = after < 0 ? index.events : index.starts[after]!;
    return { from: first < 0 ? to : Math.min(index.starts[first]!, to), to };
  }

  /** The events of a span in the order of their time, and of their arrival where that is the same; a block at a time. */
  *read(stream: string, { from, to }: Span): Generator<StoredEvent & { readonly position: number }> {
    const index = this.index(stream);
    if (!index.ordered) {
      for (const [offset, event] of this.sorted(stream).slice(from, to).entries()) {
        yield { ...event, position: from + offset };
      }
      return;
    }
    let block = blockOf(index, from);
    for (let position = from; position < to; block++) {
      const start = index.starts[block]!;
      for (const event of eventsOf(this.block(stream, block)).slice(position - start, to - start)) {
        yield { ...event, position: position++ };
      }
    }
  }

  private sorted(stream: string): StoredEvent[] {
    return this.index(stream)
      .starts.flatMap((_, block) => eventsOf(this.block(stream, block)))
      .sort((a, b) => a.timestamp - b.timestamp);
  }

  private block(stream: string, block: number): Block {
    const { offsets, bytes } = this.index(stream);
    const from = offsets[block]!;
    const text = withFile(this.file(stream), (file) => readBytes(file, from, (offsets[block + 1] ?? bytes) - from));
    const [head, timestamp, ingestedAt] = headOf(text);
    return { timestamp, ingestedAt, messages: JSON.parse(text.slice(head)) as string[] };
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

  /** A stream's name may hold what a file's may not. */
  private file(stream: string): string {
    return join(this.directory, createHash('sha256').update(stream).digest('hex').slice(0, 40));
  }
}

const PIECE = 64 * 1024;
const LINE_END = 0x0a;

/** Finds the blocks of a file by their beginnings. What a machine that lost its power wrote in part is no block. */
function readIndex(file: number, index: Index): void {
  const piece = Buffer.alloc(PIECE);
  let line = Buffer.alloc(0);
  let length = 0;
  for (let at = 0, read = readSync(file, piece, 0, PIECE, at); read > 0; read = readSync(file, piece, 0, PIECE, at)) {
    at += read;
    let from = 0;
    for (let end = piece.indexOf(LINE_END); end >= 0 && end < read; end = piece.indexOf(LINE_END, from)) {
      line = Buffer.concat([line, piece.subarray(from, Math.min(end, from + 64))]);
      const [, timestamp, , events] = headOf(line.toString('utf8'));
      extend(index, { timestamp, events, bytes: length + end + 1 - from });
      [line, length, from] = [Buffer.alloc(0), 0, end + 1];
    }
    line = Buffer.concat([line, piece.subarray(from, Math.min(read, from + 64))]);
    length += read - from;
  }
}

/** Returns the head of a line: its length, the timestamp, the time of arrival, and the number of messages. */
function headOf(line: string): [length: number, timestamp: number, ingestedAt: number, events: number] {
  const [head = '', ...numbers] = /^(-?\d+) (\d+) (\d+) /.exec(line) ?? [];
  const [timestamp = 0, ingestedAt = 0, events = 0] = numbers.map(Number);
  return [head.length, timestamp, ingestedAt, events];
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

function eventsOf({ timestamp, ingestedAt, messages }: Block): StoredEvent[] {
  return messages.map((message) => ({ timestamp, ingestedAt, message }));
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
