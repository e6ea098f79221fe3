import { Construct } from 'constructs';
import { FLEET_LOGICAL_ID, fleetStackName, functionName, imageStackName } from '../names';
import type { Settings } from '../settings/types';
import { alarmNames } from './alarms';
import { regional } from './arn';
import { type Askable, askable } from './invoke-action';
import { NodeFunction } from './node-function';
import type { PipelineRole } from './pipeline-role';
import type { Grant } from './role';

export interface EnvironmentFunctionsProps {
  readonly settings: Settings;
  readonly roles: PipelineRole;
}

/** What the pipeline asks of its stacks and environments, beside deploying them. */
export class EnvironmentFunctions extends Construct {
  /** Brings a stack to where it can be deployed, and tells how a fleet is to be rolled. */
  readonly prepareDeployment: Askable;
  /** Asks an environment whether it serves, and its alarms whether they are silent. */
  readonly verifyEnvironment: Askable;
  private described: Askable | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EnvironmentFunctionsProps,
  ) {
    super(scope, id);
    const { name, environments } = props.settings;
    const fleets = environments.map((environment) => fleetStackName(name, environment.name));
    this.prepareDeployment = this.askable('Prepare', {
      source: 'prepare-deployment',
      description: `Makes the stacks of ${name} ready to be deployed`,
      grants: {
        ...stackGrants([imageStackName(name), ...fleets]),
        LookAtGroups: LOOK_AT_GROUPS,
        ResumeAfterAKilledRoll: {
          actions: ['autoscaling:ResumeProcesses'],
          on: fleets.map((fleet) =>
            regional('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${fleet}-${FLEET_LOGICAL_ID}-*`),
          ),
          because: 'CloudFormation ends the name of the group with characters of its own.',
        },
      },
    });
    const alarms = environments.flatMap((environment) => alarmNames(name, environment));
    this.verifyEnvironment = this.askable('Verify', {
      source: 'verify-environment',
      description: `Asks the environments of ${name} whether they serve`,
      grants:
        alarms.length > 0
          ? {
              LookAtAlarms: {
                actions: ['cloudwatch:DescribeAlarms'],
                on: alarms.map((alarm) => regional('cloudwatch', `alarm:${alarm}`)),
              },
            }
          : {},
    });
  }

  /** Tells what a fleet serves. There where an environment asks before it is deployed. */
  get describeFleet(): Askable {
    const { name } = this.props.settings;
    this.described ??= this.askable('Describe', {
      source: 'describe-fleet',
      description: `Tells what the fleets of ${name} serve`,
      grants: {
        LookAtGroups: LOOK_AT_GROUPS,
        LookAtServers: {
          actions: ['ec2:DescribeInstances', 'ec2:DescribeLaunchTemplateVersions'],
          because: 'Looking at servers and their templates knows no resources.',
        },
      },
    });
    return this.described;
  }

  private askable(id: string, fn: { source: string; description: string; grants: Record<string, Grant> }): Askable {
    const { settings, roles } = this.props;
    const made = new NodeFunction(this, id, {
      ...fn,
      functionName: functionName(settings.name, fn.source),
      architecture: settings.image.architecture,
      // Each invocation does a part of the work; CodePipeline asks again as long as it is not done (A41).
      timeoutSeconds: 120,
      invokedBy: 'pipeline',
    });
    return askable(roles, id, made);
  }
}

const LOOK_AT_GROUPS: Grant = {
  actions: ['autoscaling:DescribeAutoScalingGroups'],
  because: 'Looking at groups knows no resources.',
};

/**
 * Looking what became of a stack, and what gets it out of where it cannot be deployed: going on with a rollback that
 * failed (E3), and deleting one whose creation failed, which no update could ever mend (E2, H9).
 */
function stackGrants(stacks: readonly string[]): Record<string, Grant> {
  const grant = (actions: readonly string[]): Grant => ({
    actions: actions.map((action) => `cloudformation:${action}`),
    on: stacks.map((stack) => regional('cloudformation', `stack/${stack}/*`)),
    because: 'The rest of the ARN of a stack is made anew each time it is created.',
  });
  return {
    LookAtStacks: grant(['DescribeStackEvents', 'DescribeStackResources', 'DescribeStacks']),
    RecoverStacks: grant(['ContinueUpdateRollback', 'DeleteStack']),
  };
}
