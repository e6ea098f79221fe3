import type { UnitState } from './unit';
import { type WaitOptions, waitFor } from './wait';

/** The service does not stay up: waiting longer would not help. Its message is one line, with the service's own error. */
export class ServiceFailed extends Error {
  constructor(
    unit: UnitState,
    /** Last lines that the service wrote, oldest first. */
    readonly lines: readonly string[],
  ) {
    super(`${endOf(unit)}: ${errorIn(lines)}`);
  }
}

/** Observations that the waiting needs. */
export interface ServiceMachine {
  /** HTTP status of the service's own `/health`, or undefined without an answer. */
  health(): Promise<number | undefined>;
  unit(): Promise<UnitState>;
  lastLines(): Promise<string[]>;
}

export interface StableOptions extends WaitOptions {
  /** Milliseconds for which the service must be healthy without a break. */
  readonly window: number;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/**
 * Resolves when the service of this machine reports that it is ready. Throws `ServiceFailed` once it has ended or
 * restarted.
 */
export async function serviceReady(machine: ServiceMachine, options?: WaitOptions): Promise<void> {
  await waitFor(async () => ((await isHealthy(machine)) ? true : undefined), options);
}

/**
 * Resolves when the service has been healthy for the whole window. An answer other than 200 restarts the window. A
 * service that ends or restarts throws `ServiceFailed` at once, even if it fails slowly.
 */
export async function serviceStable(machine: ServiceMachine, options: StableOptions): Promise<void> {
  const { window, now = () => performance.now(), longest = 500 } = options;
  let healthySince: number | undefined;
  await waitFor(
    async () => {
      if (!(await isHealthy(machine))) {
        healthySince = undefined;
        return undefined;
      }
      healthySince ??= now();
      return now() - healthySince >= window ? true : undefined;
    },
    { ...options, longest, due: () => (healthySince ?? Number.POSITIVE_INFINITY) + window - now() },
  );
}

async function isHealthy(machine: ServiceMachine): Promise<boolean> {
  const status = await machine.health();
  // After the answer: a service that restarted since its last answer is found too.
  await refuseFailedUnit(machine);
  return status === 200;
}

/** Throws `ServiceFailed` when the service has ended, or when systemd has started it again after it ended. */
export async function refuseFailedUnit(machine: ServiceMachine): Promise<void> {
  const unit = await machine.unit();
  // A service that exited successfully will not serve either; one that systemd has not started yet will.
  const ended = unit.active === 'failed' || (unit.active === 'inactive' && unit.exited);
  if (!ended && !hasRestarted(unit)) return;
  throw new ServiceFailed(unit, await machine.lastLines());
}

function hasRestarted({ sub, restarts }: UnitState): boolean {
  return sub === 'auto-restart' || restarts > 0;
}

function endOf({ active, sub, result, exitStatus, restarts }: UnitState): string {
  const running = active !== 'failed' && active !== 'inactive' && sub !== 'auto-restart';
  // systemd keeps nothing of the earlier process once the next one has started.
  if (running && restarts > 0) return `the service ended and was started again (restarts: ${restarts})`;
  return `the service ended (${result}, exit status ${exitStatus})`;
}

/** Lines of the service manager about the unit, and the additions of a stack trace to the error above it. */
const NOISE =
  /^(\S+\.service: |(Starting|Started|Stopping|Stopped|Failed to start|Scheduled restart) |\s+at |[\s{}^~]*$|Node\.js v\d)/;

const END_OF_A_RUN = /\.service: (Main process exited|Failed with result|Deactivated)/;

/** The last line that looks like the service's own error, in the last run that ended. */
function errorIn(lines: readonly string[]): string {
  const end = lines.findLastIndex((line) => END_OF_A_RUN.test(line));
  const ofTheRun = end < 0 ? lines : lines.slice(0, end);
  return ofTheRun.findLast((line) => !NOISE.test(line)) ?? 'it wrote nothing';
}
