import type { Objects } from '../../../kernel/ports';
import { ActionFailed, type ActionRunner } from './action';

/** Repositories, as the source action reads them. */
export interface Repositories {
  head(repository: string, branch: string): Promise<SourceCommit | undefined>;
  commit(repository: string, commitId: string): Promise<SourceCommit>;
  /** A zip of the commit's tree, without `.git`. */
  archive(repository: string, commitId: string): Promise<Buffer>;
}

export interface SourceCommit {
  readonly commitId: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly committer: { readonly name: string; readonly email: string; readonly date: string };
}

/** Fetches the head of a branch, or the commit that the execution was started with (A30, A35), as a zip. */
export function codeCommitSource(repositories: Repositories, objects: Objects): ActionRunner {
  return async ({ action, configuration, outputs, overrides }) => {
    const { RepositoryName: repository = '', BranchName: branch = '' } = configuration;
    const chosen = overrides.find((override) => override.action === action.name && override.type === 'COMMIT_ID');
    const commit = chosen
      ? await repositories.commit(repository, chosen.value)
      : await repositories.head(repository, branch);
    if (!commit) {
      throw new ActionFailed(
        'ConfigurationError',
        `The branch ${branch} of the AWS CodeCommit repository ${repository} does not exist, or has no commit.`,
      );
    }
    const zip = await repositories.archive(repository, commit.commitId);
    const [output] = outputs;
    if (output) objects.write(output.bucket, output.key, zip);
    return {
      summary: subjectOf(commit.message),
      externalId: commit.commitId,
      outputVariables: {
        AuthorDate: commit.author.date,
        BranchName: branch,
        CommitId: commit.commitId,
        // Git ends every message with a newline, which would break the JSON in which people use the variable.
        CommitMessage: cut(commit.message.replace(/\n+$/, '')),
        CommitterDate: commit.committer.date,
        RepositoryName: repository,
      },
      revision: {
        artifact: output?.name ?? '',
        revisionId: commit.commitId,
        summary: subjectOf(commit.message),
        createdAt: commit.committer.date,
      },
    };
  };
}

/** A26; the treatment of the rest is undocumented. */
const MESSAGE_BYTES = 100 * 1024;

function cut(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= MESSAGE_BYTES) return message;
  // A character that was cut becomes a replacement character, which is removed.
  return bytes
    .subarray(0, MESSAGE_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
}

/** The first line of a commit message, short enough to show. */
function subjectOf(message: string): string {
  const [first = ''] = message.trimStart().split('\n');
  return first.length > 200 ? `${first.slice(0, 199)}…` : first;
}
