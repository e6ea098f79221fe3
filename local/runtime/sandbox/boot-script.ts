import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MachineSpec, Mount } from '../../kernel/machines';
import { quoteForShell as quote } from '../../kernel/shell';

export interface BootScript {
  /** The machine's directory: the files of `writeMounts`, and `root` to mount on. */
  readonly machine: string;
  readonly base: string;
  readonly hostname: string;
  readonly network: MachineSpec['network'];
  readonly mounts: readonly Mount[];
  /** False: this machine forbids user namespaces, and the user trusts the commits. Capabilities are dropped instead. */
  readonly userNamespace: boolean;
  /** Command that runs inside, in the syntax of the shell. All ends with it. */
  readonly command: string;
}

/** Capabilities that no machine needs. In its own user namespace they have no power over this machine anyway. */
const DROPPED = [
  ...['sys_module', 'sys_boot', 'sys_rawio', 'sys_time', 'mknod', 'syslog', 'wake_alarm'],
  ...['mac_admin', 'mac_override', 'linux_immutable'],
];

/** Capabilities that reach beyond a machine without a user namespace of its own. */
const DROPPED_WITHOUT_USER_NAMESPACE = [
  ...['sys_admin', 'dac_read_search', 'sys_ptrace', 'bpf', 'perfmon', 'checkpoint_restore'],
];

/**
 * Returns the script of a machine's first process. It mounts the tree, starts a child that enters namespaces of its own,
 * maps the child's ids, makes the tree the root, and then only waits and reaps orphans (Node.js waits only for its own
 * children). Nothing inside has any power over it, and all inside ends with it.
 *
 * The mounts are made before the user namespace is entered. The kernel therefore locks them: root inside can neither
 * remove one of them nor make it writable.
 *
 * A step that fails prints its reason on standard error.
 */
export function bootScript(script: BootScript): string {
  const root = join(script.machine, 'root');
  const file = (name: string) => quote(join(script.machine, name));
  return `set -euf
# A link in an image must not lead a mount or a file to another place of the host.
plain() {
  local at=${quote(root)} name IFS=/
  for name in $1; do
    at=$at/$name
    [ ! -L "$at" ] || return 1
  done
}
refuse_link() { plain "$1" || { echo "$1: it is a link, or below one" >&2; exit 1; }; }
cd ${quote(root)}
mount --all --fstab ${file('rest.fstab')}
cd ${quote(root)}
${['parts', 'fresh'].map((name) => mounts(file, name)).join('\n')}
while read -r target; do if plain "$target"; then mount -t tmpfs -o mode=755 tmpfs ".$target"; fi; done < ${file('masked.targets')}
cp -a ${quote(join(script.base, 'dev'))}/. dev/
mkfifo -m 622 dev/console
mkdir -p run/guest run/host run/lock run/old
: > run/environment
${script.mounts.map((mount) => mountPoint(mount)).join('\n')}
${mounts(file, 'binds')}
ids=$(while read -r inside _ count; do echo "$inside $inside $count"; done < proc/self/uid_map)
groups=$(while read -r inside _ count; do echo "$inside $inside $count"; done < proc/self/gid_map)
exec ${OUTPUT}>&1
coproc CHILD { exec ${child(script)} ${TO_PARENT}>&1 ${FROM_PARENT}<&0 >&${OUTPUT} ${OUTPUT}>&- < /dev/null; }
exec ${OUTPUT}>&- ${CHANNEL}>&-
read -r _ <&"\${CHILD[0]}"
${
  script.userNamespace
    ? `printf '%s\\n' "$ids" > "proc/$CHILD_PID/uid_map"
printf '%s\\n' "$groups" > "proc/$CHILD_PID/gid_map"`
    : ''
}
echo >&"\${CHILD[1]}"
read -r _ <&"\${CHILD[0]}"
pivot_root . run/old
cd /
umount -l run/old
rmdir run/old
echo >&"\${CHILD[1]}"
wait "$CHILD_PID"
`;
}

function mounts(file: (name: string) => string, name: string): string {
  return `while read -r target; do refuse_link "$target"; done < ${file(`${name}.targets`)}
mount --all --fstab ${file(`${name}.fstab`)}`;
}

/** The socket to the runtime, the two pipes through which parent and child take turns, and the machine's output. */
const [CHANNEL, TO_PARENT, FROM_PARENT, OUTPUT] = [3, 4, 5, 6];

/**
 * In a namespace of control groups, root inside could mount all of them, and the ids of their owners are its own. The
 * limit belongs to the user namespace, and to those that are made in it.
 */
const NO_CONTROL_GROUPS = 'echo 0 > /proc/sys/user/max_cgroup_namespaces; ';

/** Open files, and the size of one file in blocks of 1 KiB: 10 GiB. A machine may have a lower limit already. */
const LIMITS = 'ulimit -n 65536 2> /dev/null || true; ulimit -f 10485760; ';

/** Returns the command of the child, which waits twice: until its ids are mapped, and until the tree is its root. */
function child(script: BootScript): string {
  const turn = `echo >&${TO_PARENT}; read -r _ <&${FROM_PARENT}; `;
  const namespaces = `unshare --user --uts --ipc ${script.network === 'host' ? '' : '--net '}`;
  const dropped = [
    ...DROPPED,
    ...(script.userNamespace ? [] : DROPPED_WITHOUT_USER_NAMESPACE),
    ...(script.userNamespace || script.network !== 'host' ? [] : ['net_admin']),
  ];
  const command = `setpriv --bounding-set ${dropped.map((name) => `-${name}`).join()} bash -c ${quote(script.command)}`;
  const last = `${LIMITS}exec ${TO_PARENT}>&- ${FROM_PARENT}<&-; cd /; exec ${script.userNamespace ? 'unshare --mount ' : ''}${command}`;
  // A program that was started before its ids were mapped has lost its capabilities: the next one has them again.
  const mapped = `bash -euc ${quote(`${script.userNamespace ? NO_CONTROL_GROUPS : ''}${network(script)}${hostname(script)}${turn}${last}`)}`;
  return `${script.userNamespace ? namespaces : ''}bash -euc ${quote(`${turn}exec ${mapped}`)}`;
}

function network({ network }: BootScript): string {
  if (network === 'host') return '';
  return `printf 'link set lo up\\naddress add 169.254.169.254/32 dev lo\\n' | ip -batch -; `;
}

function hostname({ hostname }: BootScript): string {
  return `hostname ${quote(hostname)} 2> /dev/null || echo ${quote(hostname)} > /proc/sys/kernel/hostname 2> /dev/null || true; `;
}

function mountPoint(mount: Mount): string {
  const path = quote(`.${mount.target}`);
  const check = `refuse_link ${quote(mount.target)}; `;
  if (statSync(mount.source).isDirectory()) return `${check}mkdir -p ${path}`;
  return `${check}mkdir -p ${quote(`.${dirname(mount.target)}`)}; [ -e ${path} ] || : > ${path}`;
}
