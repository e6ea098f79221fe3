import type { Provider } from '../engine/provider';
import { arn } from '../kernel/arn';
import { AwsError } from '../kernel/failure';
import type { Collection } from '../kernel/store';

interface Properties {
  RepositoryName?: string;
  EmptyOnDelete?: boolean | string;
  EncryptionConfiguration?: object;
  ImageScanningConfiguration?: object;
  ImageTagMutability?: string;
  LifecyclePolicy?: object;
  RepositoryPolicyText?: object | string;
  Tags?: object[];
}

/**
 * Repositories of container images: names to which other resources refer. ECR itself is not served, so each stays
 * empty.
 */
export function ecrRepository(repositories: Collection<string>): Provider<Properties> {
  return {
    type: 'AWS::ECR::Repository',
    fidelity: 'record',
    properties: {
      RepositoryName: 'real',
      EmptyOnDelete: 'record',
      EncryptionConfiguration: 'record',
      ImageScanningConfiguration: 'record',
      ImageTagMutability: 'record',
      LifecyclePolicy: 'record',
      RepositoryPolicyText: 'record',
      Tags: 'record',
    },
    createOnly: ['RepositoryName', 'EncryptionConfiguration'],
    attributes: ['Arn', 'RepositoryUri'],
    note: 'A name, an ARN and a URI, to which other resources refer; `cdk bootstrap` creates one. Container images cannot be pushed: ECR itself is not served.',
    async create(ctx, { RepositoryName }) {
      const { account, region } = ctx.scope;
      const name = RepositoryName ?? ctx.physicalName({ length: 256 }).toLowerCase();
      if (repositories.get(name)) {
        const message = `The repository with name '${name}' already exists in the registry with id '${account}'`;
        throw new AwsError('RepositoryAlreadyExistsException', message);
      }
      const repositoryArn = arn(ctx.scope, 'ecr', `repository/${name}`);
      repositories.put(name, repositoryArn);
      ctx.created(name);
      const uri = `${account}.dkr.ecr.${region}.amazonaws.com/${name}`;
      return { physicalId: name, attributes: { Arn: repositoryArn, RepositoryUri: uri } };
    },
    update: async (_ctx, { physicalId, attributes }) => ({ physicalId, attributes }),
    delete: async (_ctx, { physicalId }) => repositories.delete(physicalId),
  };
}
