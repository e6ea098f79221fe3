import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

/** First order to a machine's init. */
export interface BootOrder {
  readonly network: 'private' | 'host';
  readonly init: 'units' | 'none';
  readonly instanceId: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly endpointPort: number;
  readonly metadata: boolean;
  readonly userData?: string;
  /** No second user id exists inside: units cannot change theirs. */
  readonly singleUid: boolean;
}

export interface ExecOrder {
  readonly id: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly user?: string;
  readonly input?: string;
}

/** Messages from the runtime to the init. */
export type ToGuest =
  | ({ op: 'boot' } & BootOrder)
  | ({ op: 'exec' } & ExecOrder)
  | { op: 'kill'; id: number }
  | { op: 'listen'; port: number }
  | { op: 'shutdown' };

/** Messages from the init to the runtime. */
export type ToHost =
  | { op: 'ready' }
  | { op: 'console'; line: string }
  | { op: 'output'; id: number; stream: 'stdout' | 'stderr'; chunk: string }
  | { op: 'exit'; id: number; exitCode: number | null; signal?: string }
  | { op: 'listening'; port: number }
  | { op: 'ending'; why: 'shut-down' | 'powered-off' };

/** Undefined: continue. A promise: the receiver is slower, and accepts no more until it resolves. */
export type Flow = Promise<void> | undefined;

export interface Channel<Out> {
  /** Never loses a message. A sender of many must wait when asked to, or they pile up in memory. */
  send(message: Out): Flow;
  /** Ends this side; `then` runs once all that was sent has left. */
  end(then?: () => void): void;
}

/**
 * A line of JSON for each message, both ways, over the socket pair that a machine is born with. Its end is the end of
 * the machine: when the runtime dies, the init reads the end and dies too.
 */
export function openChannel<In, Out>(socket: Socket, receive: (message: In) => Flow): Channel<Out> {
  eachLine(socket, (line) => receive(JSON.parse(line) as In));
  let drained: Flow;
  return {
    send: (message) => {
      if (!socket.writable || socket.write(`${JSON.stringify(message)}\n`)) return undefined;
      drained ??= new Promise((resolve) => {
        socket.once('drain', () => {
          drained = undefined;
          resolve();
        });
      });
      return drained;
    },
    end: (then) => void socket.end(then),
  };
}

/**
 * Calls `take` with each line of a stream of UTF-8, and with the rest at its end. The stream is paused while `take`
 * asks to wait, so that its writer waits too.
 */
export function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => Flow): void {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  stream.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk);
    const lines = text.split('\n');
    if (lines.length === 1) {
      pending += text;
      return;
    }
    let flow = take(pending + lines[0]);
    for (const line of lines.slice(1, -1)) flow = take(line) ?? flow;
    pending = lines[lines.length - 1] ?? '';
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
