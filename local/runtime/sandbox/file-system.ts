import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount } from '../../kernel/machines';
import { unmergedDirectories } from './base';
import { GUEST_PROGRAMS, GUEST_SOCKETS, type GuestFiles } from './guest-files';
import { OVERLAID } from './state-directory';

/** Sources of the files of one machine. */
export interface FileSystemPlan {
  /** Nearest first. */
  readonly layers: readonly string[];
  readonly writable: string;
  readonly base: string;
  readonly guest: GuestFiles;
  /** Prefix of the Node.js to show inside; undefined if `/usr` contains it. */
  readonly outsideNode?: string;
  readonly mounts: readonly Mount[];
  /** The machine's directory on this side: holds `root` to mount on and `host` for its sockets. */
  readonly machine: string;
  readonly rootless: boolean;
  /** Size of `/tmp` and of `/var/tmp`. Undefined: the kernel's default, half of the memory. */
  readonly temporaryMegabytes?: number;
}

/** One line of an fstab. */
interface MountLine {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

/**
 * Returns the parts of the tree with separate changed files: a layer has a directory for each. `rest` is `/` itself.
 */
export function parts(): string[] {
  return ['rest', ...OVERLAID, ...unmergedDirectories(), 'root', 'home'];
}

/** Directories of /var that hold this machine's own secrets or data, and nothing that a package needs to be there. */
const MASKED = [
  ...['backups', 'mail', 'spool/cron', 'spool/mail'],
  ...['lib/cloud', 'lib/docker', 'lib/containerd', 'lib/containers', 'lib/kubelet', 'lib/rancher'],
].map((name) => `/var/${name}`);

/**
 * Files of /proc that tell of the whole machine, or through which a real root reaches it. While they are covered, the
 * kernel lets nobody inside mount another /proc.
 */
const HIDDEN_IN_PROC = ['kcore', 'keys', 'kmem', 'sched_debug', 'sysrq-trigger', 'timer_list'].map(
  (name) => `/proc/${name}`,
);

/** Directories of /proc with settings of the whole machine. The owner of their files is the real root. */
const READ_ONLY_IN_PROC = ['acpi', 'asound', 'bus', 'fs', 'irq', 'scsi', 'sys'].map((name) => `/proc/${name}`);

/**
 * Writes the mounts of a machine for its boot script, in the order to make them: `rest.fstab` for `/`, then `parts`,
 * `fresh`, `masked` and `binds`. `*.targets` lists the paths inside, which must not be links.
 */
export function writeMounts(plan: FileSystemPlan, devices: readonly string[]): void {
  const root = join(plan.machine, 'root');
  const write = (name: string, text: string) => writeFileSync(join(plan.machine, name), text);
  const targets = (lines: readonly MountLine[]) => lines.map(({ target }) => `${target.slice(root.length)}\n`).join('');
  const [fresh, binds] = [freshMounts(root, plan.temporaryMegabytes), bindMounts(plan, devices)];
  const [rest, ...others] = parts().map((part) => overlay(plan, part)) as [MountLine, ...MountLine[]];
  write('rest.fstab', fstab([rest]));
  write('parts.fstab', fstab(others));
  write('parts.targets', targets(others));
  write('fresh.fstab', fstab(fresh));
  write('fresh.targets', targets(fresh));
  write(
    'masked.targets',
    MASKED.filter(existing)
      .map((path) => `${path}\n`)
      .join(''),
  );
  write('binds.fstab', fstab(binds));
  write('binds.targets', targets(binds));
}

/** Returns the empty file systems, in the order to mount them. */
function freshMounts(root: string, temporaryMegabytes: number | undefined): MountLine[] {
  const fresh = (target: string, options: string, type = 'tmpfs') => ({
    source: type,
    target: root + target,
    type,
    options,
  });
  const size = temporaryMegabytes === undefined ? '' : `,size=${temporaryMegabytes}m`;
  return [
    fresh('/tmp', `mode=1777${size}`),
    fresh('/var/tmp', `mode=1777${size}`),
    fresh('/run', 'mode=755'),
    fresh('/dev', 'mode=755'),
    fresh('/proc', 'nosuid,nodev,noexec', 'proc'),
  ];
}

function overlay(plan: FileSystemPlan, part: string): MountLine {
  const options = [
    `lowerdir=${lowerDirectories(plan, part).join(':')}`,
    `upperdir=${join(plan.writable, 'files', part)}`,
    `workdir=${join(plan.writable, 'work', part)}`,
    ...(plan.rootless ? ['userxattr'] : []),
  ];
  const target = part === 'rest' ? '' : `/${part}`;
  return { source: 'overlay', target: join(plan.machine, 'root') + target, type: 'overlay', options: options.join() };
}

/**
 * Nearest first. `/root` and `/home` never show this machine's, and `/etc` shows the copy in the base. With root
 * privileges, the base has no entries for the others.
 */
function lowerDirectories(plan: FileSystemPlan, part: string): string[] {
  const copied = ['rest', 'etc', 'root', 'home'].includes(part);
  return [
    join(plan.guest.layer, part),
    ...plan.layers.map((layer) => join(layer, part)),
    join(plan.base, part),
    ...(copied ? [] : [`/${part}`]),
  ].filter((directory) => existsSync(directory));
}

function existing(path: string): boolean {
  return existsSync(path);
}

/** Returns the mounts on the finished tree: devices, the runtime's programs and sockets, and the caller's mounts. */
function bindMounts(plan: FileSystemPlan, devices: readonly string[]): MountLine[] {
  const root = join(plan.machine, 'root');
  const bind = (source: string, target: string, readOnly = false): MountLine => ({
    source,
    target: root + target,
    type: 'none',
    options: readOnly ? 'bind,ro' : 'bind',
  });
  return [
    ...devices.map((name) => bind(`/dev/${name}`, `/dev/${name}`)),
    { source: 'devpts', target: `${root}/dev/pts`, type: 'devpts', options: 'newinstance,ptmxmode=0666,mode=0620' },
    { source: 'tmpfs', target: `${root}/dev/shm`, type: 'tmpfs', options: 'mode=1777' },
    bind(plan.guest.programs, GUEST_PROGRAMS, true),
    bind(process.execPath, `${GUEST_PROGRAMS}/node`, true),
    ...(plan.outsideNode ? [bind(plan.outsideNode, `${GUEST_PROGRAMS}/nodejs`, true)] : []),
    bind(join(plan.machine, 'environment'), '/run/environment', true),
    ...(existsSync(join(plan.machine, 'host')) ? [bind(join(plan.machine, 'host'), GUEST_SOCKETS)] : []),
    ...READ_ONLY_IN_PROC.filter(existing).map((path) => bind(root + path, path, true)),
    ...HIDDEN_IN_PROC.filter(existing).map((path) => bind('/dev/null', path)),
    ...plan.mounts.map((mount) => bind(mount.source, mount.target, mount.readOnly)),
  ];
}

/** The lines as a file for `mount --all --fstab`. */
function fstab(lines: readonly MountLine[]): string {
  const field = (text: string) =>
    text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return lines.map((line) => `${field(line.source)} ${field(line.target)} ${line.type} ${line.options} 0 0\n`).join('');
}
