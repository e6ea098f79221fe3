import type * as sdk from '@aws-sdk/client-codecommit';
import { AwsError } from '../../kernel/failure';
import type { CodeCommit, Repository } from '../../runtime/codecommit/codecommit';
import type { Signature } from '../../runtime/codecommit/commit';
import type { Handlers } from '../handlers';

/**
 * CodeCommit: repositories, branches and commits. The commits themselves are transferred by git, at `/v1/repos/NAME`.
 */
export function codeCommitOperations(codeCommit: CodeCommit): Handlers<typeof sdk> {
  return { ...repositories(codeCommit), ...commits(codeCommit) };
}

function repositories(codeCommit: CodeCommit): Handlers<typeof sdk> {
  const metadata = (repository: Repository, account: string): sdk.RepositoryMetadata => ({
    accountId: account,
    repositoryId: repository.repositoryId,
    repositoryName: repository.repositoryName,
    repositoryDescription: repository.description,
    defaultBranch: repository.defaultBranch,
    creationDate: new Date(repository.creationDate),
    lastModifiedDate: new Date(repository.lastModifiedDate),
    cloneUrlHttp: codeCommit.cloneUrlHttp(repository.repositoryName),
    Arn: codeCommit.arn(repository.repositoryName),
  });
  return {
    CreateRepository: async ({ repositoryName, repositoryDescription }, { scope }) => ({
      repositoryMetadata: metadata(
        await codeCommit.createRepository(named(repositoryName), repositoryDescription),
        scope.account,
      ),
    }),
    GetRepository: ({ repositoryName }, { scope }) => ({
      repositoryMetadata: metadata(codeCommit.getRepository(named(repositoryName)), scope.account),
    }),
    ListRepositories: () => ({
      repositories: codeCommit
        .listRepositories()
        .map(({ repositoryName, repositoryId }) => ({ repositoryName, repositoryId })),
    }),
    DeleteRepository: ({ repositoryName }) => ({ repositoryId: codeCommit.deleteRepository(named(repositoryName)) }),
  };
}

function commits(codeCommit: CodeCommit): Handlers<typeof sdk> {
  return {
    ListBranches: async ({ repositoryName }) => ({ branches: await codeCommit.branches(named(repositoryName)) }),
    async GetBranch({ repositoryName, branchName }) {
      if (!branchName) throw new AwsError('BranchNameRequiredException', 'A branch name is required.');
      const head = await codeCommit.head(named(repositoryName), branchName);
      if (!head) throw new AwsError('BranchDoesNotExistException', `Branch ${branchName} does not exist`);
      return { branch: { branchName, commitId: head.commitId } };
    },
    async GetCommit({ repositoryName, commitId }) {
      if (!commitId) throw new AwsError('CommitIdRequiredException', 'A commit ID is required.');
      const commit = await codeCommit.commit(named(repositoryName), commitId);
      return {
        commit: {
          commitId,
          treeId: commit.tree,
          parents: [...commit.parents],
          message: commit.message,
          author: userInfo(commit.author),
          committer: userInfo(commit.committer),
          additionalData: '',
        },
      };
    },
  };
}

function userInfo({ name, email, gitDate }: Signature): sdk.UserInfo {
  return { name, email, date: gitDate };
}

function named(repositoryName: string | undefined): string {
  if (repositoryName) return repositoryName;
  throw new AwsError('RepositoryNameRequiredException', 'A repository name is required.');
}
