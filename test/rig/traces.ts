import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Traces of a runtime: processes as `pid command`, mounts as lines of mountinfo, namespaces as `kind:[inode]`. */
export interface Traces {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly namespaces: readonly string[];
}

export const NOTHING: Traces = { processes: [], mounts: [], namespaces: [] };

const KINDS = ['mnt', 'pid', 'net', 'uts', 'ipc', 'user', 'cgroup'];

/** Namespaces that a runtime has made, and the processes that live in them: process ids with their starts. */
export interface Made {
  readonly namespaces: readonly string[];
  readonly inhabitants: ReadonlySet<string>;
}

/** The ids of all processes that `pid` has started, directly or not. */
export function processesBelow(pid: number): number[] {
  return processes().filter((other) => ancestors(other).includes(pid));
}

/** The command line of a process; empty for one that has ended. */
export function commandOf(pid: number): string {
  return text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** The namespaces of everything that `pid` has started, and that it does not live in itself. */
export function namespacesBelow(pid: number): Made {
  const own = new Set(namespacesOf(pid));
  const below = processesBelow(pid);
  const namespaces = [...new Set(below.flatMap(namespacesOf))].filter((namespace) => !own.has(namespace));
  const inhabitants = processes().filter((other) => namespacesOf(other).some((found) => namespaces.includes(found)));
  return { namespaces, inhabitants: new Set(inhabitants.map(identity)) };
}

/**
 * Looks until nothing is left of a killed runtime. The kernel does not report the end of a killed process, so this
 * looks repeatedly; after a fixed number of looks it resolves with the remains.
 */
export async function tracesLeft(state: string, made: Made): Promise<Traces> {
  let traces = look(state, made);
  for (let looks = 0; looks < 500 && Object.values(traces).some(({ length }) => length > 0); looks++) {
    await new Promise(setImmediate);
    traces = look(state, made);
  }
  return traces;
}

/**
 * Returns the existing traces. The kernel reuses the number of a deleted namespace at once, perhaps for a process of
 * another runtime that was there before: only processes that lived in it at the first look can be traces.
 */
function look(state: string, { namespaces, inhabitants }: Made): Traces {
  const left = processes().filter((pid) => concerns(pid, state));
  const alive = new Set(
    processes()
      .filter((pid) => inhabitants.has(identity(pid)))
      .flatMap(namespacesOf),
  );
  return {
    processes: left.map((pid) => `${pid} ${commandOf(pid)}`),
    mounts: text('/proc/self/mountinfo')
      .split('\n')
      .filter((line) => line.includes(state)),
    namespaces: namespaces.filter((namespace) => alive.has(namespace)),
  };
}

/** True if a process was started with the directory, works in it, or sees something of it mounted. */
function concerns(pid: number, directory: string): boolean {
  if (pid === process.pid) return false;
  const files = ['cmdline', 'environ', 'mountinfo'].map((name) => text(`/proc/${pid}/${name}`));
  return [...files, link(`/proc/${pid}/cwd`), link(`/proc/${pid}/root`)].some((found) => found.includes(directory));
}

/** Returns the id of a process with its start, which is the 22nd field of proc_pid_stat(5). */
function identity(pid: number): string {
  const afterName = text(`/proc/${pid}/stat`).split(') ').at(-1) ?? '';
  return `${pid} ${afterName.split(' ')[19] ?? ''}`;
}

function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function namespacesOf(pid: number): string[] {
  return KINDS.map((kind) => link(`/proc/${pid}/ns/${kind}`)).filter(Boolean);
}

function ancestors(pid: number): number[] {
  const parent = Number(/^PPid:\s*(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);
  return parent === 0 ? [] : [parent, ...ancestors(parent)];
}

/** Empty if the process has ended, or belongs to another user. */
function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
