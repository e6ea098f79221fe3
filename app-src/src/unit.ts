import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** State of a unit, as `systemctl show` prints it. */
export interface UnitState {
  /** `active`, `activating`, `inactive`, `failed` … */
  readonly active: string;
  /** `running`, `auto-restart`, `dead` … */
  readonly sub: string;
  /** Why it ended: `success`, `exit-code`, `signal`, `start-limit-hit` … */
  readonly result: string;
  /** Exit code of the main process, when it ended. */
  readonly exitStatus: string;
  /** True if the main process has run and exited. A unit that systemd has not started yet is `inactive` too. */
  readonly exited: boolean;
  /** Number of restarts by systemd since the start at boot. */
  readonly restarts: number;
}

/** Asks the local service manager for the state of `unit`. */
export async function unitState(unit: string): Promise<UnitState> {
  const properties = 'ActiveState,SubState,Result,ExecMainStatus,ExecMainExitTimestampMonotonic,NRestarts';
  const { stdout } = await execute('systemctl', ['show', unit, `--property=${properties}`]);
  return parseUnitState(stdout);
}

/** Returns the process id of the unit's main process, 0 without one. */
export async function mainPid(unit: string): Promise<number> {
  const { stdout } = await execute('systemctl', ['show', unit, '--property=MainPID', '--value']);
  return Number(stdout.trim());
}

/** Reads `Key=value` lines. */
export function parseUnitState(text: string): UnitState {
  const value = new Map(
    text
      .split('\n')
      .map((line) => line.split('=', 2) as [string, string])
      .filter(([, value]) => value !== undefined),
  );
  return {
    active: value.get('ActiveState') ?? 'unknown',
    sub: value.get('SubState') ?? 'unknown',
    result: value.get('Result') ?? 'unknown',
    exitStatus: value.get('ExecMainStatus') ?? 'unknown',
    exited: Number(value.get('ExecMainExitTimestampMonotonic') ?? 0) > 0,
    restarts: Number(value.get('NRestarts') ?? 0),
  };
}

/** Returns the last lines that `unit` wrote, oldest first; none if the journal cannot be read. */
export async function lastLines(unit: string, count = 20): Promise<string[]> {
  try {
    const { stdout } = await execute('journalctl', ['-u', unit, '-n', String(count), '--no-pager', '-o', 'cat']);
    return stdout.split('\n').filter((line) => line.trim() !== '');
  } catch (error) {
    return [`(the journal of ${unit} could not be read: ${error instanceof Error ? error.message : error})`];
  }
}
