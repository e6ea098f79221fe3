import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import { LeavesTree } from '../../kernel/guest-tree';
import { PhaseFailed } from './failed';
import type { InTree, Workspace } from './workspace';

/** A directory for the cached directories of one build, while it runs. */
export interface CacheLease {
  readonly directory: string;
  release(): void;
}

/**
 * The local caches of projects. As on AWS, where a cache is on the build host, two concurrent builds never share one:
 * the second gets another, which later builds may find.
 */
export class Caches {
  private readonly leased = new Set<string>();

  constructor(private readonly directory: string) {}

  lease(projectName: string): CacheLease {
    for (let number = 0; ; number++) {
      const directory = join(this.directory, projectName, String(number));
      if (this.leased.has(directory)) continue;
      this.leased.add(directory);
      return { directory, release: () => void this.leased.delete(directory) };
    }
  }

  remove(projectName: string): void {
    rmSync(join(this.directory, projectName), { recursive: true, force: true });
  }
}

/** The mounts that put cached directories at their paths, absolute or relative to the source. Files cannot be cached. */
export function cacheMounts(
  paths: readonly string[],
  lease: CacheLease,
  workspace: Workspace,
): { source: string; target: string }[] {
  return [...new Set(paths.map((path) => directoryOf(path, workspace.source.guest)))].map((target) => {
    const name = createHash('sha256').update(posix.relative(workspace.source.guest, target)).digest('hex').slice(0, 16);
    const source = join(lease.directory, name);
    mkdirSync(source, { recursive: true });
    const inSource = workspace.inSources(target);
    if (inSource) makeMountPoint(inSource);
    return { source, target };
  });
}

/** A link of the repository must not lead the cache to another place. */
function makeMountPoint({ tree, path }: InTree): void {
  try {
    tree.makeDirectory(path);
  } catch (error) {
    if (!(error instanceof LeavesTree)) throw error;
    throw new PhaseFailed('CLIENT_ERROR', `the cache path ${path} is, or is below, a link, which cannot be cached`);
  }
}

/**
 * Returns the directory at the beginning of a path: the pattern after it (`node_modules/**`) has no meaning here. `~`
 * is root's home.
 */
function directoryOf(path: string, source: string): string {
  const trimmed = path
    .replace(/^~(?=\/|$)/, '/root')
    .replace(/(^|\/)\*[*/]*$/, '')
    .replace(/\/$/, '');
  const directory = isAbsolute(trimmed) ? posix.normalize(trimmed) : posix.join(source, trimmed);
  if (/[*?[]/.test(directory) || source === directory || source.startsWith(`${directory}/`)) {
    throw new PhaseFailed('CLIENT_ERROR', `the cache path ${path} is not a directory that can be cached`);
  }
  return directory;
}
