import { environmentParameter, fleetParameters, fleetStackName } from '../../names';
import { alarmsOf, verifyOf } from '../../settings/defaults';
import type { EnvironmentSettings } from '../../settings/types';
import type { ActionRole, EntryRule, Stage } from '../actions/action';
import { CAPACITY } from '../actions/configuration-limits';
import { type Askable, entryRule, invokeAction } from '../actions/invoke-action';
import { PINNED } from '../actions/pinned-artifacts';
import { FLEET_MODE, stackAction, stackRole } from '../actions/stack-action';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { PROVENANCE } from '../artifacts/provenance';
import { alarmNames } from '../fleet/alarms';
import type { EnvironmentFunctions } from '../functions/environment-functions';
import type { PipelineRole } from '../roles/pipeline-role';
import type { Reach } from '../roles/reach';

export interface RollStageProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
  readonly roles: PipelineRole;
  readonly artifacts: ArtifactStore;
  readonly functions: EnvironmentFunctions;
  readonly template: string;
  /** The environments before it, the nearest last. */
  readonly earlier: readonly { readonly environment: EnvironmentSettings; readonly far: Reach | undefined }[];
  /** The environment's published values, if they can be read here, or its place, if it is elsewhere. */
  readonly at: { readonly deploymentRoleArn: string; readonly url: string } | Reach;
}

/**
 * Rolls the image of this execution through one environment: waits until its stack can be deployed, reads the size of
 * the fleet, deploys the stack, and asks the environment if it serves. The deployment mode never deletes a stack,
 * because servers depend on it. The stage is entered only while the version is healthy in the earlier environments,
 * since an approval may take days and a roll an hour.
 *
 * If one of its actions fails, CodePipeline runs the stage again as in the last execution that passed it: with its
 * image, its template and its sizes (A21, A22). In the first execution there is none, and the stage stays failed (A23).
 */
export function rollStage({ name, environment, functions, at, earlier, ...props }: RollStageProps): Stage {
  const { min, max, batch } = environment.fleet;
  const stackName = fleetStackName(name, environment.name);
  const capacity = `Capacity-${environment.name}`;
  const far = 'rollRoleArn' in at ? at : undefined;
  // Elsewhere the image has another id: that of the copy which this execution has made there.
  const copied = far?.region !== undefined;
  return {
    name: environment.name,
    onFailure: 'ROLLBACK',
    entryRules: earlier.slice(-MOST_RULES).map((before) => goodBefore(name, functions.lookBack, before)),
    actions: [
      invokeAction({
        name: 'Prepare',
        ...functions.prepareDeployment,
        namespace: capacity,
        inputs: PINNED.inputs,
        parameters: {
          ...PINNED.parameters,
          application: name,
          stack: stackName,
          executionId: '#{codepipeline.PipelineExecutionId}',
          min,
          max,
          batch,
          ...(copied && { imageArn: '#{Bake.ImageArn}' }),
          ...far?.prepare,
        },
      }),
      stackAction({
        name: 'Roll',
        runOrder: 2,
        role: rollRole({ name, environment, at, ...props }, stackName),
        region: far?.region,
        mode: FLEET_MODE,
        stackName,
        template: props.template,
        deploymentRoleArn: at.deploymentRoleArn,
        parameters: {
          ImageId: copied ? `#{${capacity}.ImageId}` : '#{Bake.ImageId}',
          ...Object.fromEntries(CAPACITY.map((key) => [key, `#{${capacity}.${key}}`])),
          ...Object.fromEntries(PROVENANCE.map((key) => [key, `#{Version.${key}}`])),
        },
      }),
      invokeAction({
        name: 'Verify',
        runOrder: 3,
        ...functions.verifyEnvironment,
        inputs: PINNED.inputs,
        parameters: {
          ...PINNED.parameters,
          ...('url' in at ? { url: at.url } : { urlParameter: environmentParameter(name, environment.name, 'url') }),
          ...verifyOf(environment),
          version: '#{Version.ImageVersion}',
          ...watched(name, environment),
          ...far?.look,
        },
      }),
    ],
  };
}

/** The parameters that every fleet's template is given. */
export const ROLL_PARAMETERS = ['ImageId', ...CAPACITY, ...PROVENANCE];

/** A22. Each stage has asked those further back when an execution entered it. */
const MOST_RULES = 5;

/** The version still serves in an environment before, and its servers stay healthy. */
function goodBefore(
  name: string,
  lookBack: Askable,
  { environment, far }: RollStageProps['earlier'][number],
): EntryRule {
  return entryRule({
    name: `GoodIn-${environment.name}`,
    ...lookBack,
    parameters: {
      application: name,
      executionId: '#{codepipeline.PipelineExecutionId}',
      version: '#{Version.ImageVersion}',
      environment: environment.name,
      stack: fleetStackName(name, environment.name),
      ...far?.look,
    },
  });
}

/** Made here for an environment at home; elsewhere it is the environment's own. */
function rollRole(
  {
    name,
    environment,
    roles,
    artifacts,
    at,
  }: Pick<RollStageProps, 'name' | 'environment' | 'roles' | 'artifacts' | 'at'>,
  stackName: string,
): ActionRole {
  if ('rollRoleArn' in at) return roles.roleElsewhere(at.rollRoleArn);
  const { deploymentRoleArn } = at;
  const reads = fleetParameters(name, environment.name);
  const props = { artifacts, stackName, mode: FLEET_MODE, deploymentRoleArn, reads };
  return stackRole(roles, `Roll-${environment.name}`, props);
}

/** The alarms that must stay OK, and for how long; empty if there are none. */
function watched(name: string, environment: EnvironmentSettings): { alarms?: string[]; watchMinutes?: number } {
  const alarms = alarmNames(name, environment);
  return alarms.length > 0 ? { alarms, watchMinutes: alarmsOf(environment)?.watchMinutes } : {};
}
