import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kernel/clock';
import { messageOf } from '../../kernel/failure';

/** Most processes and threads of one guest. */
const MOST_PROCESSES = 1024;

/** A guest never gets more than this share of the machine's memory. */
const LARGEST_SHARE = 0.5;

/** A limit of the kernel: its controller, and the file and the value that set it, by the version of control groups. */
interface Setting {
  readonly file: string;
  readonly value: string;
  /** A machine that does not account for swap has no such file. */
  readonly optional?: boolean;
}

/** Directory in which a directory for each guest can be made, and the controllers that it has. */
interface Hierarchy {
  readonly directory: string;
  /** Makes the directory, and gives its controllers to the groups in it. */
  prepare(): void;
  settings(memoryBytes: number): readonly Setting[];
}

/** The control group of one guest. */
export interface ControlGroup {
  /** Files to which a process writes its id to enter. */
  readonly entrances: readonly string[];
  /** Removes it when no process is in it any more. */
  remove(): Promise<void>;
}

/**
 * Control groups for the guests of one directory, in version 2, or in version 1 where a machine still has it. They need
 * root, or a part of the tree that is delegated to the user, as systemd does it for its user services.
 */
export class ControlGroups {
  private found: readonly (Hierarchy | string)[] | undefined;

  constructor(
    private readonly directory: string,
    private readonly clock: Pick<Clock, 'limit'>,
  ) {}

  /** Names what is not limited on this machine, for people; undefined if all is. */
  get note(): string | undefined {
    const reasons = this.look().filter((one) => typeof one === 'string');
    if (reasons.length === 0) return undefined;
    return `guests have no limit of their own on memory and processes: ${[...new Set(reasons)].join('; ')}`;
  }

  private get hierarchies(): readonly Hierarchy[] {
    return this.look().filter((one): one is Hierarchy => typeof one !== 'string');
  }

  private look(): readonly (Hierarchy | string)[] {
    const name = createHash('sha256').update(this.directory).digest('hex').slice(0, 12);
    this.found ??= hierarchies(`server-pipeline-${name}`);
    return this.found;
  }

  /** Makes the group of a guest. `memoryMegabytes` is cut to half of the machine's memory, which is also the default. */
  create(id: string, memoryMegabytes: number | undefined): ControlGroup {
    const most = Math.floor(totalmem() * LARGEST_SHARE);
    const bytes = Math.min(most, (memoryMegabytes ?? Number.POSITIVE_INFINITY) * 1024 * 1024);
    const directories = this.hierarchies.map(({ directory, prepare, settings }) => {
      prepare();
      const group = join(directory, id);
      mkdirSync(group, { recursive: true });
      for (const { file, value, optional } of settings(bytes)) {
        if (!optional || existsSync(join(group, file))) writeFileSync(join(group, file), value);
      }
      return group;
    });
    return {
      entrances: directories.map((group) => join(group, 'cgroup.procs')),
      remove: async () => {
        for (const group of directories) await this.remove(group);
      },
    };
  }

  /** Removes the groups of a killed runtime, whose processes have ended. */
  async recover(): Promise<void> {
    for (const { directory } of this.hierarchies.filter((one) => existsSync(one.directory))) {
      const groups = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      for (const { name } of groups) await this.remove(join(directory, name));
    }
  }

  /** Removes the directories of the groups, which are empty by now. */
  async close(): Promise<void> {
    if (!this.found) return;
    for (const { directory } of this.hierarchies) await this.remove(directory);
  }

  /** The last of a guest's processes may take a moment to end. A group that stays is removed at the next start. */
  private async remove(group: string): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      try {
        return rmdirSync(group);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      }
      await new Promise<void>((resolve) => this.clock.limit(LOOK_AGAIN_MS, resolve));
    }
  }
}

const LOOK_AGAIN_MS = 10;
const MOST_LOOKS = 300;

const VERSION_2: Record<'memory' | 'pids', (memoryBytes: number) => readonly Setting[]> = {
  memory: (bytes) => [
    { file: 'memory.max', value: String(bytes) },
    { file: 'memory.swap.max', value: '0', optional: true },
  ],
  pids: () => [{ file: 'pids.max', value: String(MOST_PROCESSES) }],
};

const VERSION_1: typeof VERSION_2 = {
  memory: (bytes) => [
    { file: 'memory.limit_in_bytes', value: String(bytes) },
    { file: 'memory.memsw.limit_in_bytes', value: String(bytes), optional: true },
  ],
  pids: VERSION_2.pids,
};

const CONTROLLERS = ['memory', 'pids'] as const;

/** Returns the hierarchies in which the limits can be set; in place of one that cannot be had, the reason. */
function hierarchies(name: string): (Hierarchy | string)[] {
  const mounts = readMounts();
  const unified = mounts.find(({ type, point }) => type === 'cgroup2' && hasControllers(point));
  if (unified) return [attempt(() => inVersion2(unified.point, name))];
  return CONTROLLERS.map((controller) => {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
    if (!mount) return `this machine has no control groups for ${controller}`;
    const directory = join(mount.point, name);
    const prepare = () => void mkdirSync(directory, { recursive: true });
    return attempt(() => ({ directory, prepare, settings: VERSION_1[controller] }));
  });
}

function attempt(make: () => Hierarchy): Hierarchy | string {
  try {
    const hierarchy = make();
    hierarchy.prepare();
    return hierarchy;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const forbidden = ['EACCES', 'EPERM', 'EROFS'].includes(code);
    return forbidden ? 'this user may not make control groups on this machine' : messageOf(error);
  }
}

function inVersion2(point: string, name: string): Hierarchy {
  const directory = join(parentIn(point), name);
  const prepare = () => {
    mkdirSync(directory, { recursive: true });
    for (const parent of [dirname(directory), directory]) {
      const file = join(parent, 'cgroup.subtree_control');
      const enabled = readFileSync(file, 'utf8').split(/\s+/);
      const missing = CONTROLLERS.filter((controller) => !enabled.includes(controller));
      if (missing.length > 0) writeFileSync(file, missing.map((controller) => `+${controller}`).join(' '));
    }
  };
  const settings = (bytes: number) => CONTROLLERS.flatMap((controller) => VERSION_2[controller](bytes));
  return { directory, prepare, settings };
}

/** Returns the root of the tree for root, and for another user the topmost group that was delegated to it. */
function parentIn(point: string): string {
  if (process.getuid?.() === 0) return point;
  const [, own = '/'] = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? [];
  let delegated: string | undefined;
  for (let at = join(point, own); at.startsWith(point); at = dirname(at))
    if (isWritable(join(at, 'cgroup.procs'))) delegated = at;
  if (delegated === undefined) throw new Error('no part of the control groups is delegated to this user');
  return delegated;
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function hasControllers(point: string): boolean {
  const file = join(point, 'cgroup.controllers');
  const available = existsSync(file) ? readFileSync(file, 'utf8').split(/\s+/) : [];
  return CONTROLLERS.every((controller) => available.includes(controller));
}

/** Lines of proc_pid_mountinfo(5): the mount point is the fifth field, type and options stand behind the dash. */
function readMounts(): { point: string; type: string; options: string[] }[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [type = '', , options = ''] = after.split(' ');
    return { point: before.split(' ')[4] ?? '', type, options: options.split(',') };
  });
}
