import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { fleetStackName } from '../names';
import type { EnvironmentSettings } from '../settings/types';
import type { Stage } from './action';
import type { ArtifactBucket } from './artifact-bucket';
import { CAPACITY } from './configuration-limits';
import { invokeAction } from './invoke-action';
import type { NodeFunction } from './node-function';
import type { PipelineRole } from './pipeline-role';
import { PROVENANCE } from './provenance';
import { stackAction, stackRole } from './stack-action';

export interface RollStageProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
  readonly roles: PipelineRole;
  readonly artifacts: ArtifactBucket;
  readonly readCapacity: NodeFunction;
  readonly readCapacityRole: CfnRole;
  readonly deploymentRoleArn: string;
  readonly template: string;
}

/**
 * Rolls the image of this execution through one environment: looks how large the fleet is now, then deploys its stack.
 * The mode never deletes a stack: servers are behind it.
 */
export function rollStage({ name, environment, roles, ...props }: RollStageProps): Stage {
  const { min, max, batch } = environment.fleet;
  const stackName = fleetStackName(name, environment.name);
  const mode = 'CREATE_UPDATE';
  const capacity = `Capacity-${environment.name}`;
  const { artifacts, deploymentRoleArn } = props;
  return {
    name: environment.name,
    actions: [
      invokeAction({
        name: 'Capacity',
        role: props.readCapacityRole,
        fn: props.readCapacity,
        namespace: capacity,
        parameters: { stack: stackName, min, max, batch },
      }),
      stackAction({
        name: 'Roll',
        runOrder: 2,
        role: stackRole(roles, `Roll-${environment.name}`, { artifacts, stackName, mode, deploymentRoleArn }),
        mode,
        stackName,
        template: props.template,
        deploymentRoleArn,
        parameters: {
          ImageId: '#{Bake.ImageId}',
          ...Object.fromEntries(CAPACITY.map((key) => [key, `#{${capacity}.${key}}`])),
          ...Object.fromEntries(PROVENANCE.map((key) => [key, `#{Version.${key}}`])),
        },
      }),
    ],
  };
}
