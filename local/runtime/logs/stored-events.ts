import type { Journal, Store } from '../../kernel/store';

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

/** Events that were written together, with the same timestamp: a row for each event would be slow and large. */
type Block = readonly [timestamp: number, ingestedAt: number, messages: readonly string[]];

/** Where the events of a stream lie. Block `n` holds those from `starts[n]` on. */
interface Index {
  readonly starts: number[];
  readonly timestamps: number[];
  events: number;
  /** No event is older than the one before it: the usual case, and the one that needs no sorting. */
  ordered: boolean;
}

/**
 * The events of log streams, in blocks. A stream may be larger than memory: a page of it is read without the rest, by
 * an index that is made at the first look.
 */
export class StoredEvents {
  private readonly blocks: Journal<Block>;
  private readonly indexes = new Map<string, Index>();

  constructor(store: Store) {
    this.blocks = store.journal('logs.blocks');
  }

  /** A stream that has no event yet. */
  begin(stream: string): void {
    this.indexes.set(stream, { starts: [], timestamps: [], events: 0, ordered: true });
  }

  append(stream: string, events: readonly { timestamp: number; message: string }[], ingestedAt: number): void {
    const index = this.indexes.get(stream);
    for (const [timestamp, messages] of byTimestamp(events)) {
      this.blocks.append(stream, [timestamp, ingestedAt, messages]);
      if (index) extend(index, timestamp, messages.length);
    }
  }

  delete(stream: string): void {
    this.blocks.delete(stream);
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
      for (const event of eventsOf(this.blocks.read(stream, block, 1)).slice(position - start, to - start)) {
        yield { ...event, position: position++ };
      }
    }
  }

  private sorted(stream: string): StoredEvent[] {
    return eventsOf(this.blocks.read(stream)).sort((a, b) => a.timestamp - b.timestamp);
  }

  private index(stream: string): Index {
    const known = this.indexes.get(stream);
    if (known) return known;
    const index: Index = { starts: [], timestamps: [], events: 0, ordered: true };
    for (let block = 0; ; block++) {
      const [found] = this.blocks.read(stream, block, 1);
      if (!found) break;
      extend(index, found[0], found[2].length);
    }
    this.indexes.set(stream, index);
    return index;
  }
}

function extend(index: Index, timestamp: number, events: number): void {
  if (timestamp < (index.timestamps.at(-1) ?? 0)) index.ordered = false;
  index.starts.push(index.events);
  index.timestamps.push(timestamp);
  index.events += events;
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

function eventsOf(blocks: readonly Block[]): StoredEvent[] {
  return blocks.flatMap(([timestamp, ingestedAt, messages]) =>
    messages.map((message) => ({ timestamp, ingestedAt, message })),
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
