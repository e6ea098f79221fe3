import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';

/** Way to root privileges: root already, or in a new user namespace. */
export type Privileges = { readonly mode: 'root' } | { readonly mode: 'user-namespace'; readonly range?: IdRange };

/** The ids beside one's own that a user may map: `/etc/subuid`, `/etc/subgid`. */
export interface IdRange {
  readonly uid: { start: number; count: number };
  readonly gid: { start: number; count: number };
}

/** All a child process gets of the caller's environment: nothing. */
export const PLAIN_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
};

/**
 * Starts `command` as root, or as root of a new user namespace. `stdio` may have up to four entries; the process is
 * killed when this one dies.
 */
export async function spawnAsRoot(
  privileges: Privileges,
  command: readonly string[],
  stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
): Promise<ChildProcess> {
  const guarded = ['setpriv', '--pdeathsig', 'KILL', ...command];
  if (privileges.mode === 'root') return start(guarded, stdio);
  if (!privileges.range) return start(['unshare', '--user', '--map-root-user', ...guarded], stdio);
  return spawnMapped(guarded, stdio, privileges.range);
}

/** Runs `command` to its end as root. Returns its standard output; rejects with its standard error unless it exits 0. */
export async function runAsRoot(privileges: Privileges, command: readonly string[]): Promise<string> {
  const child = await spawnAsRoot(privileges, command);
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')}: ${errors.join('').trim() || `exit code ${code}`}`);
  return output.join('');
}

function start(command: readonly string[], stdio: StdioOptions): ChildProcess {
  return spawn(command[0] as string, command.slice(1), { stdio, env: PLAIN_ENVIRONMENT });
}

/** Descriptor of the socket with which the new namespace reports its start, and learns that its ids are mapped. */
const SYNC = 4;

/**
 * Only the parent can map a range, with set-uid programs, and only once the namespace exists; and a program that is
 * executed before its ids are mapped loses its capabilities. So a shell waits inside for the map and then executes the
 * program.
 */
async function spawnMapped(command: readonly string[], stdio: StdioOptions, range: IdRange): Promise<ChildProcess> {
  const shell = `echo >&${SYNC}; read -r _ <&${SYNC}; exec ${SYNC}>&-; exec "$@"`;
  const descriptors = [...(Array.isArray(stdio) ? stdio : [stdio, stdio, stdio])];
  while (descriptors.length < SYNC) descriptors.push('ignore');
  const child = start(['unshare', '--user', 'bash', '-c', shell, 'bash', ...command], [...descriptors, 'pipe']);
  const sync = child.stdio[SYNC] as unknown as Duplex;
  await Promise.race([once(sync, 'data'), once(child, 'exit')]);
  if (child.exitCode !== null || child.pid === undefined) return child;
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const run = promisify(execFile);
  const map = (kind: 'uid' | 'gid') => ['0', own[kind], 1, 1, range[kind].start, range[kind].count].map(String);
  try {
    await run('newuidmap', [String(child.pid), ...map('uid')]);
    await run('newgidmap', [String(child.pid), ...map('gid')]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  sync.end('\n');
  return child;
}

/** The range that `/etc/subuid` and `/etc/subgid` give to the user, or undefined. */
export function idRangeOf(user: { name: string; uid: number }): IdRange | undefined {
  const find = (file: string) => {
    const line = readLines(file).find(([owner]) => owner === user.name || owner === String(user.uid));
    const [start, count] = (line ?? []).slice(1).map(Number);
    // Below 65,536 ids, `nobody` and system users of distributions would not fit.
    return start !== undefined && count !== undefined && count >= 65_536 ? { start, count } : undefined;
  };
  const uid = find('/etc/subuid');
  const gid = find('/etc/subgid');
  return uid && gid && { uid, gid };
}

function readLines(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
