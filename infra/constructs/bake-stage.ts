import { imageStackName } from '../names';
import type { Stage } from './action';
import type { ArtifactBucket } from './artifact-bucket';
import type { PipelineRole } from './pipeline-role';
import { PROVENANCE } from './provenance';
import { stackAction, stackRole } from './stack-action';

export interface BakeStageProps {
  readonly name: string;
  readonly roles: PipelineRole;
  readonly artifacts: ArtifactBucket;
  readonly deploymentRoleArn: string;
  readonly template: string;
}

/**
 * Bakes the image, by deploying the image stack. The stack carries no traffic, so one that has failed beyond repair may
 * be replaced (A46), and the action can be tried again.
 */
export function bakeStage({ name, roles, artifacts, deploymentRoleArn, template }: BakeStageProps): Stage {
  const stackName = imageStackName(name);
  const mode = 'REPLACE_ON_FAILURE';
  return {
    name: 'Bake',
    actions: [
      stackAction({
        name: 'Image',
        role: stackRole(roles, 'Bake', { artifacts, stackName, mode, deploymentRoleArn }),
        mode,
        stackName,
        template,
        deploymentRoleArn,
        inputs: ['App'],
        namespace: 'Bake',
        parameters: {
          ...Object.fromEntries(PROVENANCE.map((key) => [key, `#{Version.${key}}`])),
          ArtifactBucket: { 'Fn::GetArtifactAtt': ['App', 'BucketName'] },
          ArtifactKey: { 'Fn::GetArtifactAtt': ['App', 'ObjectKey'] },
        },
      }),
    ],
  };
}
