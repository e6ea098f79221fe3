import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import type { ExecResult, GuestProcess } from '../../kernel/machines';

/** A process that runs alone in its sandbox. */
export class RunningProcess implements GuestProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly channel: Duplex;
  readonly ended: Promise<ExecResult>;

  /** `child` is the outermost process of the sandbox. `cleanUp` runs before `ended` resolves. */
  constructor(
    private readonly child: ChildProcess,
    cleanUp: () => Promise<void>,
  ) {
    [this.stdout, this.stderr, this.channel] = [child.stdout, child.stderr, child.stdio[3]] as [
      Readable,
      Readable,
      Duplex,
    ];
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => void cleanUp().then(() => resolve(endOf(code, signal))));
    });
  }

  /** The kernel ends all other processes of the sandbox with the outermost one. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** The shell around the process reports a signal as 128 and its number. */
function endOf(code: number | null, signal: NodeJS.Signals | null): ExecResult {
  if (signal) return { exitCode: null, signal };
  const name = Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
  return name && code !== 128 ? { exitCode: null, signal: name } : { exitCode: code };
}
