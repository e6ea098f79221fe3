import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-codecommit';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/types';

export interface RepositoryStackProps extends StackProps {
  readonly settings: Settings;
}

/**
 * The repository to which commits are pushed. It exists before the pipeline, because AWS starts a pipeline at its
 * creation: that execution reads the branch, and fails if the repository is empty.
 */
export class RepositoryStack extends Stack {
  constructor(scope: Construct, id: string, { settings: { name, source }, ...props }: RepositoryStackProps) {
    super(scope, id, { description: `The repository of ${name}.`, ...props });
    const repository = new CfnRepository(this, 'Repository', { repositoryName: source.repository });
    repository.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    new CfnOutput(this, 'Push', {
      value: `git push codecommit::${this.region}://${source.repository} HEAD:${source.branch}`,
      description: 'Sends your commits here. Needs git-remote-codecommit.',
    });
  }
}
