import type { Provider } from '../engine/provider';
import type { CodeCommit } from '../runtime/codecommit/codecommit';

interface Properties {
  RepositoryName: string;
  RepositoryDescription?: string;
  KmsKeyId?: string;
  Tags?: { Key: string; Value: string }[];
}

/** Git repositories that are pushed to over HTTP. */
export function codeCommitRepository(codeCommit: CodeCommit): Provider<Properties> {
  const provided = (name: string) => {
    const { repositoryId } = codeCommit.getRepository(name);
    const attributes = {
      Arn: codeCommit.arn(name),
      CloneUrlHttp: codeCommit.cloneUrlHttp(name),
      Name: name,
      RepositoryId: repositoryId,
    };
    return { physicalId: repositoryId, attributes };
  };
  return {
    type: 'AWS::CodeCommit::Repository',
    fidelity: 'real',
    properties: { RepositoryName: 'real', RepositoryDescription: 'real', KmsKeyId: 'record', Tags: 'record' },
    required: ['RepositoryName'],
    createOnly: [],
    attributes: ['Arn', 'CloneUrlHttp', 'Name', 'RepositoryId'],
    note: 'Real bare repositories behind git over HTTP. Code, Triggers and CloneUrlSsh are not known.',

    async create(ctx, properties) {
      const { repositoryId } = await codeCommit.createRepository(
        properties.RepositoryName,
        properties.RepositoryDescription,
      );
      ctx.created(repositoryId);
      return provided(properties.RepositoryName);
    },

    async update(_ctx, current, next) {
      codeCommit.updateRepository(current.properties.RepositoryName, {
        repositoryName: next.RepositoryName,
        description: next.RepositoryDescription,
      });
      return provided(next.RepositoryName);
    },

    async delete(_ctx, current) {
      const repository = codeCommit.repositoryById(current.physicalId);
      if (repository) codeCommit.deleteRepository(repository.repositoryName);
    },
  };
}
