import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from '../../kernel/machines';
import { GUEST_PROGRAMS } from './guest-files';

export interface BootScript {
  /** The machine's directory: `tree.fstab`, `binds.fstab`, and `root` to mount on. */
  readonly machine: string;
  readonly base: string;
  readonly hostname: string;
  readonly network: 'private' | 'host';
  readonly mounts: readonly Mount[];
  /** With a real root, the powers over the whole machine are given up. */
  readonly realRoot: boolean;
}

/** Powers that reach beyond a machine's own namespaces. */
const GIVEN_UP = [
  'sys_module',
  'sys_boot',
  'sys_rawio',
  'sys_time',
  'mknod',
  'syslog',
  'wake_alarm',
  'mac_admin',
  'mac_override',
  'linux_immutable',
];

/**
 * Returns the script of a machine's first process: it mounts its tree, makes it the root, detaches the old one, and
 * becomes a shell that reaps orphans (Node.js waits only for its own children) while the init runs below it. It prints
 * the name of each step on standard error first, so that a failure shows its place.
 */
export function bootScript(script: BootScript): string {
  const root = join(script.machine, 'root');
  const setpriv = script.realRoot ? `setpriv --bounding-set ${GIVEN_UP.map((name) => `-${name}`).join()} ` : '';
  return `set -eu
cd ${quote(root)}
mount --all --fstab ${quote(join(script.machine, 'tree.fstab'))}
cd ${quote(root)}
cp -a ${quote(join(script.base, 'dev'))}/. dev/
mkfifo -m 622 dev/console
mkdir -p ${['run/guest', 'run/host', 'run/lock', 'run/old'].join(' ')}
${script.mounts.map((mount) => mountPoint(mount)).join('\n')}
{ hostname ${quote(script.hostname)} || echo ${quote(script.hostname)} > proc/sys/kernel/hostname; } 2> /dev/null || true
mount --all --fstab ${quote(join(script.machine, 'binds.fstab'))}
${script.network === 'private' ? 'printf "link set lo up\\naddress add 169.254.169.254/32 dev lo\\n" | ip -batch -' : ''}
pivot_root . run/old
cd /
umount -l /run/old
rmdir /run/old
exec ${setpriv}bash -c '${GUEST_PROGRAMS}/node ${GUEST_PROGRAMS}/init.js & wait $!'
`;
}

function mountPoint(mount: Mount): string {
  const path = quote(`.${mount.target}`);
  if (statSync(mount.source).isDirectory()) return `mkdir -p ${path}`;
  return `mkdir -p ${quote(`.${dirname(mount.target)}`)}; [ -e ${path} ] || : > ${path}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
