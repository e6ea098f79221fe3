import { execFileSync } from 'node:child_process';
import { UserMistake } from '../kernel/failure';

/** Head of the caller's clone. */
export interface Head {
  readonly commitId: string;
  readonly subject: string;
  /** Paths of files that are changed or new, and so are no part of HEAD. */
  readonly uncommitted: readonly string[];
}

/** Returns HEAD of the clone at `project`: a run executes what is committed. */
export function readHead(project: string): Head {
  try {
    const commitId = git(project, 'rev-parse', '--verify', 'HEAD');
    return {
      commitId,
      subject: git(project, 'log', '-1', '--format=%s'),
      uncommitted: changedFiles(project),
    };
  } catch (error) {
    throw mistakeOf(error as NodeJS.ErrnoException & { stderr?: string }, project);
  }
}

function mistakeOf(error: NodeJS.ErrnoException & { stderr?: string }, project: string): UserMistake {
  if (error.code === 'ENOENT') return new UserMistake('git', 'is not in the PATH', 'install git');
  const reason = error.stderr?.trim() || String(error);
  if (/dubious ownership/.test(reason)) {
    return new UserMistake(
      project,
      'belongs to another user, so git does not read it',
      `run this as its owner, or: git config --global --add safe.directory ${project}`,
    );
  }
  return new UserMistake(
    project,
    `has no commit to run: ${reason.split('\n')[0]}`,
    'a run uses committed files: git init, git add and git commit first',
  );
}

/** Returns the paths unquoted, thanks to `-z`. A renamed file is a removed one and a new one. */
function changedFiles(project: string): string[] {
  const entries = run(project, 'status', '--porcelain', '--no-renames', '-z').split('\0');
  return entries.filter(Boolean).map((entry) => entry.slice(3));
}

function git(directory: string, ...args: string[]): string {
  return run(directory, ...args).trim();
}

function run(directory: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
