import { imageStackName } from '../../names';
import type { Stage } from '../actions/action';
import { type Askable, invokeAction } from '../actions/invoke-action';
import { PINNED } from '../actions/pinned-artifacts';
import { stackAction, stackRole } from '../actions/stack-action';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { PROVENANCE } from '../artifacts/provenance';
import type { PipelineRole } from '../roles/pipeline-role';

export interface BakeStageProps {
  readonly name: string;
  readonly roles: PipelineRole;
  readonly artifacts: ArtifactStore;
  readonly deploymentRoleArn: string;
  readonly template: string;
  /** The SSM parameters that the template reads. */
  readonly reads: readonly string[];
  readonly prepare: Askable;
}

/**
 * Bakes the image: deploys the image stack, after recovering it from any state that an earlier deployment left. The
 * stack serves no traffic, so a stack that failed may be replaced (A46), and the action can be retried, unless Image
 * Builder has kept the resources of the failed bake.
 */
export function bakeStage({ name, roles, artifacts, deploymentRoleArn, ...props }: BakeStageProps): Stage {
  const stackName = imageStackName(name);
  const mode = 'REPLACE_ON_FAILURE';
  return {
    name: 'Bake',
    actions: [
      invokeAction({
        name: 'Prepare',
        ...props.prepare,
        inputs: PINNED.inputs,
        parameters: {
          ...PINNED.parameters,
          stack: stackName,
          executionId: '#{codepipeline.PipelineExecutionId}',
          imageVersion: '#{Version.ImageVersion}',
        },
      }),
      stackAction({
        name: 'Image',
        runOrder: 2,
        role: stackRole(roles, 'Bake', { artifacts, stackName, mode, deploymentRoleArn, reads: props.reads }),
        mode,
        stackName,
        template: props.template,
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
