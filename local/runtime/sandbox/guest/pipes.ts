import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';

const DIRECTORY = '/run/pipes';

/** Made together, because each making is a process. */
const BATCH = 32;

/** An output for a child process: `descriptor` is its end, to be closed here by `handOver` once it has it. */
export interface OutputPipe {
  readonly descriptor: number;
  readonly reader: Socket;
  handOver(): void;
}

let ready: string[] = [];
let made = 0;

/**
 * Returns a real pipe. Node.js gives its children sockets, which programs cannot open again as `/dev/stdout` or
 * `/dev/stderr`, as many scripts do. Accessible to all, so that it can be opened after a change of user.
 */
export function outputPipe(): OutputPipe {
  const path = ready.pop() ?? makeMore();
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(path, constants.O_WRONLY);
  rmSync(path);
  return {
    descriptor,
    reader: new Socket({ fd: reader, readable: true, writable: false }),
    handOver: () => closeSync(descriptor),
  };
}

function makeMore(): string {
  mkdirSync(DIRECTORY, { recursive: true, mode: 0o700 });
  ready = Array.from({ length: BATCH }, () => `${DIRECTORY}/${made++}`);
  execFileSync('mkfifo', ['-m', '666', ...ready]);
  return ready.pop() as string;
}
