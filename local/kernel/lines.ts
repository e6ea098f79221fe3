import { StringDecoder } from 'node:string_decoder';

/** Undefined: continue. A promise: the receiver is slower, and accepts no more until it resolves. */
export type Flow = Promise<void> | undefined;

export interface LineLimits {
  /** In characters. Default: 128 Ki. */
  readonly longest?: number;
  /** Called once for a longer line, and nothing is read after it. Without it, a longer line arrives in pieces. */
  tooLong?(): void;
}

const LONGEST = 128 * 1024;

/**
 * Calls `take` with each line of a stream of UTF-8, and with the rest at its end. The stream is paused while `take`
 * asks to wait, so that its writer waits too. No more than one line is ever kept.
 */
export function eachLine(
  stream: NodeJS.ReadableStream,
  take: (line: string) => Flow | undefined,
  { longest = LONGEST, tooLong }: LineLimits = {},
): void {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let ended = false;
  stream.on('data', (chunk: Buffer | string) => {
    if (ended) return;
    const [first = '', ...others] = (typeof chunk === 'string' ? chunk : decoder.write(chunk)).split('\n');
    pending += first;
    let flow: Flow | undefined;
    for (const next of others) {
      flow = take(pending) ?? flow;
      pending = next;
    }
    if (pending.length > longest) {
      ended = tooLong !== undefined;
      tooLong?.();
      if (!ended) flow = take(pending) ?? flow;
      pending = '';
    }
    if (flow) hold(stream, flow);
  });
  stream.on('end', () => {
    if (pending) take(pending);
    pending = '';
  });
}

/** Pauses a stream until `flow` resolves. */
export function hold(stream: NodeJS.ReadableStream, flow: Promise<void>): void {
  stream.pause();
  void flow.then(() => stream.resume());
}
