import type { Clock } from '../../kernel/clock';
import type { MachineSpec } from '../../kernel/machines';
import type { BakeMachine, BakeMachines } from './ports';

/** Milliseconds that services may take to stop before they are killed. */
const GRACE_MS = 10_000;

/** The default workflows' limits (D16), in milliseconds of real time. */
const LAUNCH_MS = 75 * 60_000;

/** A machine of one bake: it can be restarted, and is always ended. */
export class BuildMachine {
  private constructor(
    private machine: BakeMachine,
    private readonly options: BootOptions,
  ) {}

  /** Rejects if the machine does not boot in time, or if the bake is cancelled. */
  static async boot(options: BootOptions): Promise<BuildMachine> {
    return new BuildMachine(await start(options), options);
  }

  exec(request: Omit<Parameters<BakeMachine['exec']>[0], 'signal'>): ReturnType<BakeMachine['exec']> {
    return this.machine.exec({ ...request, signal: this.options.signal });
  }

  /** Files stay, processes and `/tmp` do not. */
  async reboot(): Promise<void> {
    await this.machine.shutdown(GRACE_MS);
    this.machine = await start(this.options);
  }

  /** Stops the processes inside by their units; at once if the bake is cancelled. */
  async end(): Promise<void> {
    if (this.options.signal.aborted) await this.machine.kill();
    else await this.machine.shutdown(GRACE_MS);
  }
}

export interface BootOptions {
  readonly machines: BakeMachines;
  readonly clock: Clock;
  readonly spec: MachineSpec;
  /** Aborted when the bake is cancelled. */
  readonly signal: AbortSignal;
}

async function start({ machines, clock, spec, signal }: BootOptions): Promise<BakeMachine> {
  signal.throwIfAborted();
  const machine = await withLimit({ clock, milliseconds: LAUNCH_MS, what: 'LaunchInstance' }, () =>
    machines.boot(spec),
  );
  if (!signal.aborted) return machine;
  await machine.kill();
  throw signal.reason;
}

export interface Limit {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** The workflow step that has the limit. */
  readonly what: string;
}

/** Rejects if `work` exceeds its limit. The caller must release the resources of the work. */
export function withLimit<T>({ clock, milliseconds, what }: Limit, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const minutes = milliseconds / 60_000;
    const cancel = clock.limit(milliseconds, () =>
      reject(new Error(`Step ${what} timed out after ${minutes} minutes`)),
    );
    work().then(resolve, reject).finally(cancel);
  });
}
