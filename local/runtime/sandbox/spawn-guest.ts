import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineSpec } from '../../kernel/machines';
import { DEVICES } from './base';
import { bootScript } from './boot-script';
import type { ControlGroup } from './control-groups';
import { parts, writeMounts } from './file-system';
import { type GuestFiles, outsideNode } from './guest-files';
import type { Capability } from './probe';
import { recordMachine, removeTree } from './remains';
import { spawnAsRoot } from './user-namespace';

/** Resources that all guests share. */
export interface Shared {
  readonly capability: Capability & { supported: true };
  readonly files: GuestFiles;
  readonly base: string;
}

/** A machine or a single process, before it is started. */
export interface Guest {
  /** Its directory: the mounts, the boot script and the sockets. */
  readonly directory: string;
  readonly spec: Pick<MachineSpec, 'layers' | 'writable' | 'network' | 'hostname' | 'mounts'>;
  /** Runs inside, in the syntax of bash. The guest ends with it. */
  readonly command: string;
  /** Size of `/tmp`. Undefined: half of the memory. */
  readonly temporaryMegabytes?: number;
  readonly group: ControlGroup;
  /** Variables for the command. A file carries them, because every user of this machine can read command lines. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Builds yield to serving processes: load balancers and instances. */
const BESIDE = ['nice', '-n', '10'];

/** Empties the guest's directory, and makes the directories of its changes. */
export async function prepareGuest({ directory, spec }: Pick<Guest, 'directory' | 'spec'>, shared: Shared) {
  const { privileges } = shared.capability;
  await removeTree(directory, privileges);
  mkdirSync(join(directory, 'root'), { recursive: true, mode: 0o700 });
  await removeTree(join(spec.writable, 'work'), privileges);
  for (const part of parts()) {
    mkdirSync(join(spec.writable, 'work', part), { recursive: true });
    const made = mkdirSync(join(spec.writable, 'files', part), { recursive: true });
    // The directory is the top of its part of the tree, so its mode is the visible one.
    if (made) chmodSync(join(spec.writable, 'files', part), part === 'root' ? 0o700 : 0o755);
  }
}

/** Starts the first process of a prepared guest. Its descriptor 3 is a socket. */
export async function spawnGuest(guest: Guest, { capability, files, base }: Shared): Promise<ChildProcess> {
  const { spec, directory: machine, command, environment, temporaryMegabytes } = guest;
  const { layers, writable, mounts = [], network, hostname = 'localhost' } = spec;
  const { mode, userNamespaces: userNamespace, privileges } = capability;
  const rootless = mode !== 'root';
  writeMounts(
    { layers, writable, mounts, base, guest: files, rootless, machine, outsideNode: outsideNode(), temporaryMegabytes },
    DEVICES,
  );
  const variables = Object.entries(environment ?? {}).map(([name, value]) => `${name}=${value}\0`);
  writeFileSync(join(machine, 'environment'), variables.join(''), { mode: 0o600 });
  const script = bootScript({ machine, base, hostname, network, mounts, userNamespace, command });
  writeFileSync(join(machine, 'boot.sh'), script);
  // With a user namespace, the boot script makes the others inside it, so that they belong to it.
  const others = userNamespace ? [] : ['--uts', '--ipc', ...(network === 'host' ? [] : ['--net'])];
  const child = await spawnAsRoot(
    privileges,
    [
      ...entering(guest.group),
      ...(network === 'outbound' ? BESIDE : []),
      ...['unshare', '--mount', '--pid', '--fork', '--kill-child', ...others],
      ...['bash', join(machine, 'boot.sh')],
    ],
    ['ignore', 'pipe', 'pipe', 'pipe'],
  );
  recordMachine(machine, child.pid ?? 0, writable);
  return child;
}

/** Enters the control group before the first process forks. */
function entering({ entrances }: ControlGroup): string[] {
  const enter = 'for entrance in $0; do echo $$ > "$entrance" || exit; done; exec "$@"';
  return entrances.length === 0 ? [] : ['sh', '-c', enter, entrances.join(' ')];
}

/** Removes an ended guest's directory and group. Its changes stay. */
export async function removeGuest({ directory, spec, group }: Guest, { capability }: Shared) {
  await group.remove();
  await removeTree(join(spec.writable, 'work'), capability.privileges);
  await removeTree(directory, capability.privileges);
}
