import type { Socket } from 'node:net';
import { eachLine, type Flow, type LineLimits } from '../../kernel/lines';
import type { MachineSpec } from '../../kernel/machines';
import { fields, isCount, isText, oneOf, optional, readMessage } from '../../kernel/message';

/** First order to a machine's init. */
export interface BootOrder {
  readonly network: MachineSpec['network'];
  readonly init: 'units' | 'none';
  readonly instanceId: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly endpointPort: number;
  readonly metadata: boolean;
  /** Port inside of the proxy to other machines; undefined without one. */
  readonly proxyPort?: number;
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

export interface Channel<Out> {
  /** Never loses a message. A sender of many must wait when asked to, or they pile up in memory. */
  send(message: Out): Flow;
  /** Ends this side; `then` runs once all that was sent has left. */
  end(then?: () => void): void;
}

/** The longest message: a chunk of output, of which each byte can take six characters of JSON. */
const LONGEST_FROM_GUEST = 1024 * 1024;

/** Reads a message of the init. Undefined: something else inside has written to its channel. */
export function readToHost(line: string): ToHost | undefined {
  return readMessage<ToHost>(line, 'op', {
    ready: fields({}),
    console: fields({ line: isText }),
    output: fields({ id: isCount, stream: oneOf('stdout', 'stderr'), chunk: isText }),
    exit: fields({ id: isCount, exitCode: (value) => value === null || isCount(value), signal: optional(isText) }),
    listening: fields({ port: isCount }),
    ending: fields({ why: oneOf('shut-down', 'powered-off') }),
  });
}

/** Limits of this side: a guest that sends more than a message at once is not read on. */
export function limitsOfGuest(tooLong: () => void): LineLimits {
  return { longest: LONGEST_FROM_GUEST, tooLong };
}

/**
 * A line of JSON for each message, both ways, over the socket pair that a machine is born with. Its end is the end of
 * the machine: when the runtime dies, the init reads the end and dies too.
 */
export function openChannel<Out>(
  socket: Socket,
  receive: (line: string) => Flow,
  limits: LineLimits = { longest: Number.POSITIVE_INFINITY },
): Channel<Out> {
  eachLine(socket, receive, limits);
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
