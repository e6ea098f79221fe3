import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What is there of a runtime: processes as `pid command`, mounts as lines of mountinfo, namespaces as `kind:[inode]`. */
export interface Traces {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly namespaces: readonly string[];
}

export const NOTHING: Traces = { processes: [], mounts: [], namespaces: [] };

const KINDS = ['mnt', 'pid', 'net', 'uts', 'ipc', 'user', 'cgroup'];

/** The namespaces of everything that `pid` has started, and that it does not live in itself. */
export function namespacesBelow(pid: number): string[] {
  const own = new Set(namespacesOf(pid));
  const below = processes().filter((other) => ancestors(other).includes(pid));
  return [...new Set(below.flatMap(namespacesOf))].filter((namespace) => !own.has(namespace));
}

/**
 * Looks until nothing is left of a runtime that was killed. The kernel tells nobody when a killed process has gone, so
 * this looks again and again; after so many looks it resolves with what will evidently stay.
 */
export async function tracesLeft(state: string, namespaces: readonly string[]): Promise<Traces> {
  let traces = look(state, namespaces);
  for (let looks = 0; looks < 500 && Object.values(traces).some(({ length }) => length > 0); looks++) {
    await new Promise(setImmediate);
    traces = look(state, namespaces);
  }
  return traces;
}

function look(state: string, namespaces: readonly string[]): Traces {
  const left = processes().filter((pid) => concerns(pid, state));
  const alive = new Set(processes().flatMap(namespacesOf));
  return {
    processes: left.map((pid) => `${pid} ${text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`),
    mounts: text('/proc/self/mountinfo')
      .split('\n')
      .filter((line) => line.includes(state)),
    namespaces: namespaces.filter((namespace) => alive.has(namespace)),
  };
}

/** Whether a process was started with the directory, works in it, or sees something of it mounted. */
function concerns(pid: number, directory: string): boolean {
  if (pid === process.pid) return false;
  const files = ['cmdline', 'environ', 'mountinfo'].map((name) => text(`/proc/${pid}/${name}`));
  return [...files, link(`/proc/${pid}/cwd`), link(`/proc/${pid}/root`)].some((found) => found.includes(directory));
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

/** Empty where the process has ended meanwhile, or is none of ours. */
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
