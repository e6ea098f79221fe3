import { UserMistake } from '../../kernel/failure';
import type { Git } from './git';

/** Result of seeding a branch with a clone's HEAD. */
export interface Seeded {
  /** `ahead`: the branch already holds more than HEAD. `diverged`: each has commits that the other lacks. */
  readonly state: 'created' | 'updated' | 'up-to-date' | 'ahead' | 'diverged';
  /** Commit of the branch now. */
  readonly commitId: string;
}

/** Brings `branch` of a bare repository to the HEAD of the clone at `source`, by fast-forward only. */
export async function seedBranch(
  git: Git,
  repository: string,
  source: { path: string; branch: string },
): Promise<Seeded> {
  const reference = `refs/heads/${source.branch}`;
  const clone = await gitDirectoryOf(git, source.path);
  const commitId = await headOf(git, source.path);
  const current = await resolve(git, repository, reference);
  if (current === commitId) return { state: 'up-to-date', commitId };
  await git.output('-C', repository, 'fetch', '--quiet', '--no-tags', '--update-shallow', clone, 'HEAD');
  if (current !== undefined) {
    if (await isAncestor(git, repository, [commitId, current])) return { state: 'ahead', commitId: current };
    if (!(await isAncestor(git, repository, [current, commitId]))) return { state: 'diverged', commitId: current };
  }
  await git.output('-C', repository, 'update-ref', reference, commitId, current ?? '');
  return { state: current === undefined ? 'created' : 'updated', commitId };
}

/** Returns `.git`, or the directory of a linked work tree, for any `path` in the clone. */
async function gitDirectoryOf(git: Git, path: string): Promise<string> {
  const inside = await git.run(['-C', path, 'rev-parse', '--absolute-git-dir']);
  if (inside.exitCode !== 0) {
    throw new UserMistake(path, 'is not in a git repository', 'run `git init`, and commit what the pipeline must run');
  }
  return inside.stdout.toString().trim();
}

async function headOf(git: Git, path: string): Promise<string> {
  const head = await git.run(['-C', path, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (head.exitCode !== 0) throw new UserMistake(path, 'has no commit yet', 'commit what the pipeline must run');
  return head.stdout.toString().trim();
}

/** Returns the commit of a reference, or undefined if it does not exist. */
export async function resolve(git: Git, repository: string, reference: string): Promise<string | undefined> {
  const result = await git.run(['-C', repository, 'rev-parse', '--verify', '--quiet', `${reference}^{commit}`]);
  return result.exitCode === 0 ? result.stdout.toString().trim() : undefined;
}

async function isAncestor(git: Git, repository: string, [older, newer]: [string, string]): Promise<boolean> {
  const result = await git.run(['-C', repository, 'merge-base', '--is-ancestor', older, newer]);
  if (result.exitCode > 1) throw new Error(`git merge-base: ${result.stderr.trim()}`);
  return result.exitCode === 0;
}
