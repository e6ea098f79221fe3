import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ArtifactBucket } from '../constructs/artifacts/artifact-bucket';
import { artifactBucketProps } from '../constructs/artifacts/artifact-stores';
import type { Settings } from '../settings/types';

export interface ArtifactsStackProps extends StackProps {
  readonly settings: Settings;
  readonly region: string;
}

/**
 * Stack with the bucket to which the pipeline copies artifacts for its actions in another region: CodePipeline wants a
 * bucket there (A59).
 */
export class ArtifactsStack extends Stack {
  constructor(scope: Construct, id: string, { settings, region, ...props }: ArtifactsStackProps) {
    super(scope, id, { description: `Artifacts of the pipeline of ${settings.name} in ${region}.`, ...props });
    new ArtifactBucket(this, 'Artifacts', artifactBucketProps(settings, region));
  }
}
