import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '../../../kernel/clock';

/** Environment that systemd gives to services, and cloud-init to scripts. */
export const BASIC_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/** Signals a process group; false if it is empty. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-group, signal);
}

export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** All processes but process 1 and this one. */
export function otherProcesses(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && isAlive(pid));
}

/**
 * Returns the processes that were started with `NAME=value` in their environment: those of a unit, wherever they have
 * moved.
 */
export function processesWith(variable: string): number[] {
  return otherProcesses().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable);
    } catch {
      return false;
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** Asks every other process to end, and kills the remaining ones after a second. */
export async function endAllProcesses(clock: Clock): Promise<void> {
  if (otherProcesses().length === 0) return;
  for (const pid of otherProcesses()) signalProcess(pid, 'SIGTERM');
  for (let waited = 0; waited < 1000; waited += 20) {
    await clock.sleep(20);
    if (otherProcesses().length === 0) return;
  }
  for (const pid of otherProcesses()) signalProcess(pid, 'SIGKILL');
}
