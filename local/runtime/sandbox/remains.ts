import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock';
import { type Privileges, runAsRoot } from './user-namespace';

/** Enough to know a machine's process again: a process id alone may belong to another by now. */
interface Record {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat`: clock ticks from the kernel's start. */
  readonly startTime: string;
  readonly writable: string;
}

export function recordMachine(directory: string, pid: number, writable: string): void {
  const record: Record = { pid, startTime: startTimeOf(pid) ?? '', writable };
  writeFileSync(join(directory, 'machine.json'), JSON.stringify(record));
}

/**
 * Ends remaining processes of the machines recorded under `machines`, and removes their directories. Returns their
 * names.
 */
export async function removeRemains(machines: string, privileges: Privileges, clock: Clock): Promise<string[]> {
  mkdirSync(machines, { recursive: true });
  const names = readdirSync(machines);
  for (const name of names) {
    const directory = join(machines, name);
    const record = readRecord(directory);
    if (record) {
      await endProcess(record, clock);
      await removeTree(join(record.writable, 'work'), privileges);
    }
    await removeTree(directory, privileges);
  }
  return names;
}

/** Removes a directory with files of any owner. A missing directory is no error. */
export async function removeTree(path: string, privileges: Privileges): Promise<void> {
  if (!existsSync(path)) return;
  // The last processes of a killed guest may still write while it is removed.
  if (privileges.mode === 'root') await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  else await runAsRoot(privileges, ['rm', '-rf', path]);
}

function readRecord(directory: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'machine.json'), 'utf8')) as Record;
  } catch {
    // Killed before, or while, it was written: then no process had been started, or it ended with its parent.
    return undefined;
  }
}

async function endProcess(record: Record, clock: Clock): Promise<void> {
  if (startTimeOf(record.pid) !== record.startTime) return;
  process.kill(record.pid, 'SIGKILL');
  while (startTimeOf(record.pid) === record.startTime) {
    await new Promise<void>((resolve) => clock.limit(5, resolve));
  }
}

/** Undefined for a missing process or a zombie. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
