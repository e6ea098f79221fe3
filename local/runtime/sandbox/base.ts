import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { emptyEtc, etcExcludes } from './base-etc';
import type { Privileges } from './user-namespace';

/**
 * Prepares the layer between this machine's root and all other layers, in `<directory>/base-<key>`:
 *
 *     etc/         what every user of this machine may read of its /etc, without its secrets and enabled services
 *     usr/ opt/ srv/ var/   without root: this machine's directories, empty. The merged directories of an overlay belong
 *                  to the owner of the nearest one; this machine's belong to a root that a user namespace does not know,
 *                  so nothing could be made or removed in them otherwise
 *     opt/ srv/ var/   with root: what hides the files that only some users of this machine may read
 *     root/ home/  empty
 *     rest/        `/` itself: links like /bin, and the directories to mount on
 *     dev/         links, and empty files to mount devices on
 *
 * The key is made of what it was made from, so it is made anew when this machine changes.
 */
export function prepareBase(directory: string, privileges: Privileges): string {
  const plan: Entry[] = [];
  collectEtc('/etc', 'etc', plan);
  if (privileges.mode === 'user-namespace') {
    for (const top of ['usr', 'opt', 'srv', 'var']) collectDirectories(`/${top}`, top, plan);
  } else {
    for (const top of ['opt', 'srv', 'var']) plan.push(...hiding(`/${top}`, top));
  }
  collectRest(plan);
  const key = createHash('sha256');
  for (const entry of plan)
    key.update(`${entry.kind} ${entry.to} ${entry.mode} ${entry.from ?? ''} ${entry.stamp ?? ''}\n`);
  const base = join(directory, `base-${key.digest('hex').slice(0, 16)}`);
  if (!fs.existsSync(base)) {
    const unfinished = `${base}.unfinished`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.mkdirSync(unfinished, { recursive: true });
    for (const entry of plan.filter(({ kind }) => kind !== 'whiteout')) place(unfinished, entry);
    makeWhiteouts(plan.filter(({ kind }) => kind === 'whiteout').map(({ to }) => join(unfinished, to)));
    fs.renameSync(unfinished, base);
  }
  return base;
}

/** Directories of this machine that are links inside `/usr` on merged systems, and directories of their own elsewhere. */
const SYSTEM_LINKS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** Those of `SYSTEM_LINKS` that are real directories here. */
export function unmergedDirectories(): string[] {
  return SYSTEM_LINKS.filter((name) => fs.lstatSync(`/${name}`, { throwIfNoEntry: false })?.isDirectory());
}

export const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

interface Entry {
  readonly kind: 'directory' | 'copy' | 'link' | 'text' | 'whiteout';
  /** Relative to the base. */
  readonly to: string;
  readonly mode: number;
  /** The file to copy, the link's target, or the text. */
  readonly from?: string;
  /** Changes when the source does. */
  readonly stamp?: string;
  readonly owner?: { uid: number; gid: number };
}

function collectEtc(from: string, to: string, plan: Entry[]): void {
  const stat = fs.lstatSync(from, { throwIfNoEntry: false });
  if (!stat || etcExcludes(from)) return;
  const owner = { uid: stat.uid, gid: stat.gid };
  const mode = stat.mode & 0o7777;
  if (stat.isDirectory()) {
    plan.push({ kind: 'directory', to, mode, owner });
    // A directory that other users may not list is private: it stays empty.
    if ((mode & 0o005) !== 0o005) return;
    for (const name of fs.readdirSync(from).sort()) collectEtc(join(from, name), join(to, name), plan);
    if (from === '/etc')
      for (const [name, text, bits] of emptyEtc())
        plan.push({ kind: 'text', to: `etc/${name}`, mode: bits, from: text });
  } else if (stat.isSymbolicLink()) {
    collectEtcLink(from, to, plan);
  } else if (stat.isFile() && mode & 0o004) {
    plan.push({ kind: 'copy', to, mode, from, stamp: `${stat.size} ${stat.mtimeMs}`, owner });
  }
}

/** A link into `/run` (systemd-resolved's resolv.conf) would lead nowhere inside: the file itself is copied. */
function collectEtcLink(from: string, to: string, plan: Entry[]): void {
  const target = safeRealpath(from);
  const stat = target?.startsWith('/run/') ? fs.statSync(target) : undefined;
  if (target && stat?.isFile()) {
    plan.push({ kind: 'copy', to, mode: 0o644, from: target, stamp: `${stat.size} ${stat.mtimeMs}` });
  } else {
    plan.push({ kind: 'link', to, mode: 0o777, from: fs.readlinkSync(from) });
  }
}

function safeRealpath(path: string): string | undefined {
  try {
    return fs.realpathSync(path);
  } catch {
    return undefined;
  }
}

function collectDirectories(from: string, to: string, plan: Entry[]): void {
  const stat = fs.lstatSync(from, { throwIfNoEntry: false });
  if (!stat) return void plan.push({ kind: 'directory', to, mode: 0o755 });
  const entries = readableEntries(from);
  if (!entries) return;
  plan.push({ kind: 'directory', to, mode: stat.mode & 0o1777 });
  for (const entry of entries) {
    if (entry.isDirectory()) collectDirectories(join(from, entry.name), join(to, entry.name), plan);
  }
}

/**
 * Returns what hides the private files below a directory: those that other users of this machine may not read. A private
 * directory stays, and is empty. Root inside could read them all otherwise, such as the data of databases.
 */
function hiding(from: string, to: string): Entry[] {
  const stat = fs.lstatSync(from, { throwIfNoEntry: false });
  // It may have been removed since it was listed.
  if (!stat?.isDirectory()) return [];
  const isPrivate = (stat.mode & 0o005) !== 0o005;
  const found = (readableEntries(from) ?? []).flatMap((entry): Entry[] => {
    const [path, target] = [join(from, entry.name), join(to, entry.name)];
    if (isPrivate) return [{ kind: 'whiteout', to: target, mode: 0 }];
    if (entry.isDirectory()) return hiding(path, target);
    const mode = fs.lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0o004;
    return entry.isFile() && !(mode & 0o004) ? [{ kind: 'whiteout', to: target, mode: 0 }] : [];
  });
  const owner = { uid: stat.uid, gid: stat.gid };
  return found.length === 0 ? [] : [{ kind: 'directory', to, mode: stat.mode & 0o7777, owner }, ...found];
}

/** A device with the number 0 is overlay's sign for a removed file. Only root can make it. */
function makeWhiteouts(paths: readonly string[]): void {
  const script = 'while IFS= read -r -d "" path; do mknod "$path" c 0 0; done';
  if (paths.length > 0) execFileSync('bash', ['-euc', script], { input: paths.map((path) => `${path}\0`).join('') });
}

/** Undefined for a directory that this user may not read: it stays unreadable inside. */
function readableEntries(directory: string): fs.Dirent[] | undefined {
  try {
    return fs.readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}

function collectRest(plan: Entry[]): void {
  const directory = (to: string, mode = 0o755) => plan.push({ kind: 'directory', to, mode });
  directory('root', 0o700);
  directory('home');
  directory('rest');
  for (const name of [
    'usr',
    'etc',
    'opt',
    'srv',
    'var',
    'root',
    'home',
    'dev',
    'proc',
    'sys',
    'run',
    'mnt',
    'media',
    'boot',
  ]) {
    directory(`rest/${name}`);
  }
  directory('rest/tmp', 0o1777);
  for (const name of SYSTEM_LINKS) {
    const stat = fs.lstatSync(`/${name}`, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink())
      plan.push({ kind: 'link', to: `rest/${name}`, mode: 0o777, from: fs.readlinkSync(`/${name}`) });
    else if (stat) directory(`rest/${name}`);
  }
  directory('dev');
  directory('dev/pts');
  directory('dev/shm', 0o1777);
  for (const name of DEVICES) plan.push({ kind: 'text', to: `dev/${name}`, mode: 0o666, from: '' });
  const links = { fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2', ptmx: 'pts/ptmx' };
  for (const [name, target] of Object.entries(links))
    plan.push({ kind: 'link', to: `dev/${name}`, mode: 0o777, from: target });
}

function place(base: string, entry: Entry): void {
  const path = join(base, entry.to);
  if (entry.kind === 'link') return fs.symlinkSync(entry.from as string, path);
  if (entry.kind === 'directory') fs.mkdirSync(path, { recursive: true });
  else if (entry.kind === 'text') fs.writeFileSync(path, entry.from as string);
  else fs.copyFileSync(entry.from as string, path);
  if (entry.owner && process.getuid?.() === 0) fs.chownSync(path, entry.owner.uid, entry.owner.gid);
  fs.chmodSync(path, entry.mode | (entry.kind === 'directory' ? 0o700 : 0));
}
