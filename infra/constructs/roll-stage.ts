import { fleetStackName } from '../names';
import { alarmsOf, verifyOf } from '../settings/defaults';
import type { EnvironmentSettings } from '../settings/types';
import type { Stage } from './action';
import { alarmNames } from './alarms';
import type { ArtifactBucket } from './artifact-bucket';
import { CAPACITY } from './configuration-limits';
import type { EnvironmentFunctions } from './environment-functions';
import { invokeAction } from './invoke-action';
import type { PipelineRole } from './pipeline-role';
import { PROVENANCE } from './provenance';
import { stackAction, stackRole } from './stack-action';

export interface RollStageProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
  readonly roles: PipelineRole;
  readonly artifacts: ArtifactBucket;
  readonly functions: EnvironmentFunctions;
  readonly deploymentRoleArn: string;
  readonly template: string;
  /** Where the environment answers. */
  readonly url: string;
}

/**
 * Rolls the image of this execution through one environment: waits until its stack can be deployed and looks how large
 * the fleet is now, deploys the stack, and asks the environment whether it serves. The mode never deletes a stack:
 * servers are behind it.
 *
 * When one of it fails, CodePipeline runs the stage again as it was in the execution that last went through it: with its
 * image, its template and its sizes (A21, A22). In the first execution there is none, and the stage stays failed (A23).
 */
export function rollStage({ name, environment, roles, functions, ...props }: RollStageProps): Stage {
  const { min, max, batch } = environment.fleet;
  const stackName = fleetStackName(name, environment.name);
  const mode = 'CREATE_UPDATE';
  const capacity = `Capacity-${environment.name}`;
  const { artifacts, deploymentRoleArn } = props;
  return {
    name: environment.name,
    onFailure: 'ROLLBACK',
    actions: [
      invokeAction({
        name: 'Prepare',
        ...functions.prepareDeployment,
        namespace: capacity,
        parameters: { stack: stackName, executionId: '#{codepipeline.PipelineExecutionId}', min, max, batch },
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
      invokeAction({
        name: 'Verify',
        runOrder: 3,
        ...functions.verifyEnvironment,
        parameters: {
          url: props.url,
          ...verifyOf(environment),
          version: '#{Version.ImageVersion}',
          ...watched(name, environment),
        },
      }),
    ],
  };
}

/** The alarms that must stay silent, and for how long; nothing where there are none. */
function watched(name: string, environment: EnvironmentSettings): { alarms?: string[]; watchMinutes?: number } {
  const alarms = alarmNames(name, environment);
  return alarms.length > 0 ? { alarms, watchMinutes: alarmsOf(environment)?.watchMinutes } : {};
}
