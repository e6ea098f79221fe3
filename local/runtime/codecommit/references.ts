import type { Git } from './git';

/** Branches and tags by full name, each with the object it points at. */
export type References = Readonly<Record<string, string>>;

/** One line of a push, in the form of CodeCommit's event (A32). */
export interface ReferenceChange {
  readonly event: 'referenceCreated' | 'referenceUpdated' | 'referenceDeleted';
  readonly referenceType: 'branch' | 'tag';
  readonly referenceName: string;
  readonly referenceFullName: string;
  readonly commitId?: string;
  readonly oldCommitId?: string;
}

const KINDS = [
  { prefix: 'refs/heads/', type: 'branch' },
  { prefix: 'refs/tags/', type: 'tag' },
] as const;

/** Returns the branches and tags of a repository. An annotated tag is returned as its commit. */
export async function readReferences(git: Git, repository: string): Promise<References> {
  const format = '--format=%(refname) %(objectname) %(*objectname)';
  const output = await git.output('-C', repository, 'for-each-ref', format, 'refs/heads', 'refs/tags');
  const lines = output.toString().split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', object = '', marked] = line.split(' ');
      return [name, marked || object];
    }),
  );
}

/**
 * Returns the references that were created, updated and deleted between two looks at a repository, in the order of
 * names.
 */
export function referenceChanges(before: References, after: References): ReferenceChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .flatMap((name) => change(name, before[name], after[name]));
}

function change(name: string, oldCommitId: string | undefined, commitId: string | undefined): ReferenceChange[] {
  const kind = KINDS.find(({ prefix }) => name.startsWith(prefix));
  if (!kind) return [];
  const reference = {
    referenceType: kind.type,
    referenceName: name.slice(kind.prefix.length),
    referenceFullName: name,
  };
  if (commitId === undefined) return [{ event: 'referenceDeleted', ...reference, oldCommitId }];
  if (oldCommitId === undefined) return [{ event: 'referenceCreated', ...reference, commitId }];
  return [{ event: 'referenceUpdated', ...reference, commitId, oldCommitId }];
}

/** Returns the branch that becomes the default, of those that were pushed first. */
export function firstBranch(references: References): string | undefined {
  const branches = Object.keys(references)
    .filter((name) => name.startsWith('refs/heads/'))
    .map((name) => name.slice('refs/heads/'.length));
  return ['main', 'master'].find((name) => branches.includes(name)) ?? branches.sort()[0];
}
