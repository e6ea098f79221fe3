import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../kernel/failure';
import { idRangeOf, PLAIN_ENVIRONMENT, type Privileges, runAsRoot } from './user-namespace';

export type Capability =
  | {
      supported: true;
      mode: 'root' | 'user-namespace';
      /** True if more than one user id exists inside. */
      uidRange: boolean;
      /** False: the guests of a root run without user namespaces of their own, because the user trusts the commits. */
      userNamespaces: boolean;
      /** Restrictions, for people. */
      notes: string[];
      privileges: Privileges;
    }
  | { supported: false; reason: string; remedies: string[] };

/**
 * Checks if this machine can run sandboxes, by trying: namespaces, an overlay with its changes in `directory`, a
 * private network, a separate root, and a user namespace inside. Only a user who trusts the commits may do without the
 * last one, as root.
 */
export async function probe(
  directory: string = tmpdir(),
  { trustCommits = false }: { trustCommits?: boolean } = {},
): Promise<Capability> {
  if (process.platform !== 'linux') {
    return {
      supported: false,
      reason: `sandboxes need Linux, and this is ${process.platform}`,
      remedies: ['run it in a Linux virtual machine'],
    };
  }
  const missing = TOOLS.filter(({ name }) => !onPath(name));
  if (missing.length > 0) {
    return {
      supported: false,
      reason: `missing programs: ${missing.map(({ name }) => name).join(', ')}`,
      remedies: [`install ${[...new Set(missing.map((tool) => tool.packages))].join(', ')}`],
    };
  }
  const failures: string[] = [];
  for (const privileges of candidates()) {
    const failure = await tryOut(privileges, directory);
    if (failure === undefined) return supported(privileges);
    failures.push(failure);
  }
  const [root] = candidates();
  if (trustCommits && root?.mode === 'root' && (await tryOut(root, directory, '')) === undefined) return trusting();
  const reason = [...new Set(failures)].join('; ');
  return { supported: false, reason, remedies: remedies(reason) };
}

const TOOLS = [
  { name: 'bash', packages: 'bash' },
  { name: 'git', packages: 'git' },
  { name: 'ip', packages: 'iproute2 (Debian) or iproute (Fedora, Amazon Linux)' },
  { name: 'unzip', packages: 'unzip' },
  ...['unshare', 'mount', 'umount', 'pivot_root', 'setpriv'].map((name) => ({ name, packages: 'util-linux' })),
  ...['cp', 'mkfifo', 'chroot'].map((name) => ({ name, packages: 'coreutils' })),
  { name: 'find', packages: 'findutils' },
];

function onPath(name: string): boolean {
  return PLAIN_ENVIRONMENT.PATH.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function candidates(): Privileges[] {
  const uid = process.getuid?.() ?? 0;
  const range = onPath('newuidmap') && onPath('newgidmap') ? idRangeOf({ name: nameOf(uid), uid }) : undefined;
  const namespaces: Privileges[] = [
    ...(range ? [{ mode: 'user-namespace' as const, range }] : []),
    { mode: 'user-namespace' },
  ];
  return uid === 0 ? [{ mode: 'root' }, ...namespaces] : namespaces;
}

const OWN_USERS = "step 'a user namespace' unshare --user --net --uts --ipc true";

/** Returns the user's name; in a container, a user may have none. */
function nameOf(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
}

/** Why it does not work so, or undefined. */
async function tryOut(
  privileges: Privileges,
  directory: string,
  ownUsers: string = OWN_USERS,
): Promise<string | undefined> {
  mkdirSync(directory, { recursive: true });
  const place = mkdtempSync(join(directory, 'probe-'));
  for (const name of ['root', 'upper', 'work']) mkdirSync(join(place, name));
  const xattr = privileges.mode === 'root' ? '' : 'userxattr,';
  const script = `cd '${place}'
step() { what=$1; shift; said=$("$@" 2>&1) || { echo "$what: $said" >&2; exit 1; }; }
step 'an overlay file system in ${directory}' mount -t overlay overlay -o ${xattr}lowerdir=/usr,upperdir=upper,workdir=work root
step 'a process file system' mount -t proc proc root/share
step 'a private network' ip link set lo up
${ownUsers}
cd root && step 'a root of its own' pivot_root . lib`;
  try {
    await runAsRoot(privileges, [
      'unshare',
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '--net',
      '--uts',
      '--ipc',
      'bash',
      '-c',
      script,
    ]);
    return undefined;
  } catch (error) {
    const how = privileges.mode === 'root' ? 'as root' : 'in a user namespace';
    return `${how}: ${messageOf(error).replace(/^unshare --mount --pid: /, '')}`;
  } finally {
    await removeProbe(privileges, place);
  }
}

async function removeProbe(privileges: Privileges, place: string): Promise<void> {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch {
    // Overlay's work directory is closed even to its owner, who can enter it only inside the namespace.
    await runAsRoot(privileges, ['rm', '-rf', place]);
  }
}

function supported(privileges: Privileges): Capability {
  const all = { supported: true, userNamespaces: true } as const;
  if (privileges.mode === 'root') return { ...all, mode: 'root', uidRange: true, notes: [], privileges };
  const notes = ['without root: files of this machine can be replaced inside, not changed in place'];
  const uidRange = privileges.range !== undefined;
  if (!uidRange) {
    notes.push(
      'only one user id is mapped: services run as that user in spite of their User=, and chown has no effect. ' +
        'Install newuidmap (package uidmap or shadow-utils) and give yourself a range: usermod --add-subuids 100000-165535 ' +
        '--add-subgids 100000-165535 YOU',
    );
  }
  return { ...all, mode: 'user-namespace', uidRange, notes, privileges };
}

function trusting(): Capability {
  return {
    supported: true,
    mode: 'root',
    uidRange: true,
    userNamespaces: false,
    notes: [
      'this machine forbids user namespaces: a commit can read and change what root can. Run only commits that you trust',
    ],
    privileges: { mode: 'root' },
  };
}

function remedies(reason: string): string[] {
  const setting = (name: string) => {
    const file = `/proc/sys/${name.replaceAll('.', '/')}`;
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  };
  const found: string[] = [];
  if (setting('kernel.unprivileged_userns_clone') === '0') found.push('sysctl kernel.unprivileged_userns_clone=1');
  // The kernel's word for too many user namespaces, or none allowed, is the one for a full disk.
  if (setting('user.max_user_namespaces') === '0' || /unshare failed: No space left/.test(reason)) {
    found.push('sysctl user.max_user_namespaces=10000');
  }
  if (setting('kernel.apparmor_restrict_unprivileged_userns') === '1') {
    found.push('sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)');
  }
  found.push(
    ...(process.getuid?.() === 0
      ? ['--trust-commits, if every commit is your own: guests are then root of this machine']
      : []),
    'in a container: start it with --privileged, or use a virtual machine',
    'put the state (--state) on an ordinary file system such as ext4, xfs or btrfs',
  );
  if (process.getuid?.() !== 0) found.push('run it as root');
  return found;
}
