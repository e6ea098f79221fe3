import { constants, type Dirent, lstatSync, mkdirSync, readlinkSync, type Stats } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** A link in a guest's tree leads out of it. */
export class LeavesTree extends Error {
  constructor(
    readonly path: string,
    readonly target: string,
  ) {
    super(`the link ${path} leads to ${target}`);
  }
}

/** As many links in one path as Linux follows. */
const MOST_LINKS = 40;

/**
 * A directory that a guest has or had as `guest`, for the time in which the guest cannot change it: before it starts, or
 * after it has ended. All of the host's reads in such a directory come here.
 *
 * Paths are relative to the directory. Links are followed as the guest would follow them, and never out of the directory:
 * `LeavesTree`.
 */
export class GuestTree {
  constructor(
    /** Path on this machine. */
    private readonly host: string,
    /** Path inside, to which absolute links are compared. */
    private readonly guest: string,
  ) {}

  /** Returns the path without links, '' for the directory itself; undefined if nothing is there. */
  resolve(path: string): string | undefined {
    const pending = path.split('/').reverse();
    let at: string[] = [];
    for (let links = 0; pending.length > 0; ) {
      const name = pending.pop() as string;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (at.pop() === undefined) throw new LeavesTree(path, posix.join(this.guest, '..'));
        continue;
      }
      const status = this.status([...at, name].join('/'));
      if (!status) return undefined;
      if (!status.isSymbolicLink()) {
        at.push(name);
        continue;
      }
      if (++links > MOST_LINKS) return undefined;
      const target = this.readLink([...at, name].join('/'));
      const absolute = posix.isAbsolute(target);
      if (absolute && !this.contains(target)) throw new LeavesTree(path, target);
      if (absolute) at = [];
      pending.push(...(absolute ? posix.relative(this.guest, target) : target).split('/').reverse());
    }
    return at.join('/');
  }

  /** Status of a path without links in front; of the link itself if it is one. */
  status(path: string): Stats | undefined {
    try {
      return lstatSync(join(this.host, path));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  }

  /** Entries of a directory, by a path without links. */
  entries(path: string): Promise<Dirent[]> {
    return readdir(join(this.host, path), { withFileTypes: true });
  }

  /** Target of a link, by a path without links in front of it. */
  readLink(path: string): string {
    return readlinkSync(join(this.host, path));
  }

  /** Content and permissions of a regular file, by a path without links; undefined for everything else. */
  async readFile(path: string): Promise<{ content: Buffer; mode: number } | undefined> {
    // A pipe or a device would never end: it is opened without waiting, and not read.
    const file = await open(join(this.host, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      return status.isFile() ? { content: await file.readFile(), mode: status.mode & 0o777 } : undefined;
    } finally {
      await file.close();
    }
  }

  /** Creates a directory and those above it. Throws `LeavesTree` if one of them is a link, wherever it leads. */
  makeDirectory(path: string): void {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    for (const [index] of names.entries()) {
      const at = names.slice(0, index + 1).join('/');
      const status = this.status(at);
      if (status?.isSymbolicLink() || at.split('/').includes('..')) {
        throw new LeavesTree(at, status?.isSymbolicLink() ? this.readLink(at) : '..');
      }
      if (!status) mkdirSync(join(this.host, at));
    }
  }

  private contains(target: string): boolean {
    const path = posix.normalize(target);
    return path === this.guest || path.startsWith(`${this.guest}/`);
  }
}
