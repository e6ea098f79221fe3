import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { deployCommand, endCommand } from '../../cli/printed-command';
import { UserMistake } from '../kernel/failure';
import type { Credentials } from '../kernel/principal';
import { isStateDatabase } from '../kernel/state-database';
import { checkStateDirectory } from '../runtime/sandbox/state-directory';

/** File that every state directory has, and which marks it. A directory of an earlier version has only its database. */
const MARKER = 'server-pipeline-state';
const DATABASE = 'state.db';

/** Entries that a run makes in its directory. `--fresh` removes these, and no other. */
const OWN = new RegExp(
  `^(${[
    ...['bakes', 'builds', 'cdk\\.out', 'certificates', 'functions', 'instances', 'layers', 'logs', 'repositories'],
    ...['s3', 'sandboxes', 'scopes', 'source', 'runtime\\.json.*', 'state\\.db.*', MARKER],
  ].join('|')})$`,
);

/** Address of a running runtime. */
export interface RuntimeAddress {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>;
  /** The file with the certificate of the authority that vouches for its load balancers. */
  readonly authority: string;
}

/** Record that a runtime leaves for other commands. */
export interface RuntimeRecord {
  readonly pid: number;
  /** Start of the process, in clock ticks since boot, because another process may have the same pid later. */
  readonly startedTicks: string;
  /** Absent until its endpoint listens. */
  readonly address?: RuntimeAddress;
}

/**
 * The directory in which a run keeps all its state: the one asked for, or `.local` in the project. A project where
 * machines cannot be kept (see `checkStateDirectory`) has its state in the home directory instead.
 */
export function stateDirectory(asked: string | undefined, project: string): string {
  if (asked !== undefined) return usable(resolve(asked), `--state ${asked}`);
  try {
    return usable(join(project, '.local'), project);
  } catch {
    const name = createHash('sha256').update(project).digest('hex').slice(0, 12);
    const home = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state');
    return usable(
      join(home, 'immutable-server-pipeline', name),
      'the state in the home directory (--state chooses another)',
    );
  }
}

/** Returns the directory's real path, which machines mount. Throws a `UserMistake` if they cannot. */
function usable(directory: string, place: string): string {
  const real = realPath(directory);
  checkStateDirectory(real, place);
  return real;
}

/** Resolves every link, also if the last parts of the path do not exist yet. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

/**
 * Creates the directory, and makes it its owner's alone, because it holds secrets. Refuses one in which no run has kept
 * its state, unless it is empty.
 */
export function prepareStateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const names = readdirSync(directory);
  const isOurs = names.includes(MARKER) || (names.includes(DATABASE) && isStateDatabase(join(directory, DATABASE)));
  if (names.length > 0 && !isOurs) {
    throw new UserMistake(
      directory,
      'is not empty, and holds no state of a run',
      'choose an empty directory, or a new one',
    );
  }
  const { uid, mode } = statSync(directory);
  if (uid !== process.getuid?.()) {
    throw new UserMistake(directory, 'belongs to another user', 'choose a directory of your own');
  }
  if (mode & 0o077) chmodSync(directory, 0o700);
  writeFileSync(join(directory, MARKER), 'The state of a local run of server-pipeline. See docs/local.md.\n');
}

/** Returns the paths of all that runs have made in the directory. */
export function stateIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => OWN.test(name))
    .map((name) => join(directory, name));
}

/** Returns the runtime that uses `directory`, or undefined. */
export function runningRuntime(directory: string): RuntimeRecord | undefined {
  const file = recordIn(directory);
  if (!existsSync(file)) return undefined;
  const record = parse(file);
  return startedTicks(record.pid) === record.startedTicks ? record : undefined;
}

function parse(file: string): RuntimeRecord {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as RuntimeRecord | null;
    if (Number.isInteger(record?.pid)) return record as RuntimeRecord;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UserMistake(file, 'is damaged', 'delete it, if no run uses this directory');
}

/** Records that this process uses `directory` while it lives. Throws a `UserMistake` if another process does. */
export function claim(directory: string): void {
  const running = runningRuntime(directory);
  if (running) {
    throw new UserMistake(
      directory,
      `is in use by the runtime with process id ${running.pid}${running.address ? `, at ${running.address.endpoint}` : ''}`,
      `${endCommand({ kind: 'local', state: directory })} ends it; --state and --port start another beside it; to apply changed settings to it: ${deployCommand({ kind: 'local', state: directory })}`,
    );
  }
  write(directory, mine());
}

/** Records the address of this process. */
export function announce(directory: string, address: RuntimeAddress): void {
  write(directory, { ...mine(), address });
}

export function release(directory: string): void {
  rmSync(recordIn(directory), { force: true });
}

/** The file holds a secret, so only its owner may read it. */
function write(directory: string, record: RuntimeRecord): void {
  const file = recordIn(directory);
  const unfinished = `${file}.${record.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}

function mine(): RuntimeRecord {
  return { pid: process.pid, startedTicks: startedTicks(process.pid) ?? '' };
}

function recordIn(directory: string): string {
  return join(directory, 'runtime.json');
}

/** Reads field 22 of /proc/PID/stat; undefined for a missing process or a zombie. */
export function startedTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces.
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
