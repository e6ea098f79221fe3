import type { UnitState } from './unit';
import { type WaitOptions, waitFor } from './wait';

/** The service cannot start: waiting longer would not help. Its message is one line, with the service's own error. */
export class ServiceFailed extends Error {
  constructor(
    unit: UnitState,
    /** What the service wrote last, oldest first. */
    readonly lines: readonly string[],
  ) {
    super(`the service ended (${unit.result}, exit status ${unit.exitStatus}): ${errorIn(lines)}`);
  }
}

/** What the waiting looks at. */
export interface Machine {
  /** HTTP status of the service's own `/health`, or undefined where nothing answers. */
  health(): Promise<number | undefined>;
  unit(): Promise<UnitState>;
  lastLines(): Promise<string[]>;
}

/** Resolves when this machine's own service says it is ready. Throws `ServiceFailed` once its unit has given up. */
export async function serviceReady(machine: Machine, options?: WaitOptions): Promise<void> {
  await waitFor(async () => {
    if ((await machine.health()) === 200) return true;
    await refuseFailedUnit(machine);
    return undefined;
  }, options);
}

/** Throws `ServiceFailed`, when systemd has given up on the unit. */
export async function refuseFailedUnit(machine: Machine): Promise<void> {
  const unit = await machine.unit();
  // A service that ended well will not come to serve either; one whose turn at boot has not come yet will.
  const ended = unit.active === 'failed' || (unit.active === 'inactive' && unit.exited);
  if (!ended) return;
  throw new ServiceFailed(unit, await machine.lastLines());
}

/** What the service manager says of the unit, and what a stack trace adds to the error above it. */
const NOISE =
  /^(\S+\.service: |(Starting|Started|Stopping|Stopped|Failed to start|Scheduled restart) |\s+at |[\s{}^~]*$|Node\.js v\d)/;

/** The last line that looks like the service's own error. */
function errorIn(lines: readonly string[]): string {
  return lines.findLast((line) => !NOISE.test(line)) ?? 'it wrote nothing';
}
