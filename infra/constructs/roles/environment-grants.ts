import { FLEET_LOGICAL_ID, fleetStackName } from '../../names';
import type { EnvironmentSettings } from '../../settings/types';
import { alarmNames } from '../fleet/alarms';
import { groupOf, regional } from './arn';
import type { Grant } from './grant';

/*
 * What the functions of the pipeline do in the account and region of an environment. At home their own roles may do it;
 * elsewhere a role of the environment.
 */

/** Looking whether the `others` can be deployed, and making the stacks of fleets so, and ready to be rolled. */
export function prepareGrants(
  name: string,
  environments: readonly EnvironmentSettings[],
  others: readonly string[] = [],
): Record<string, Grant> {
  const fleets = environments.map((environment) => fleetStackName(name, environment.name));
  return {
    ...(others.length > 0 && { LookAtStacks: onStacks(others, ['DescribeStacks']) }),
    LookAtGroups: LOOK_AT_GROUPS,
    ...(fleets.length > 0 && {
      // Continuing a failed rollback (E3), deleting a stack whose creation failed, which no update could repair
      // (E2, H9), and making room: with the role that the stack has, its own template, and other sizes. The action that
      // deploys the image replaces what has failed by itself (A46).
      PrepareFleets: onStacks(fleets, [
        'DescribeStacks',
        'DescribeStackEvents',
        'ContinueUpdateRollback',
        'DeleteStack',
        'UpdateStack',
      ]),
      LookAtActivities: LOOK_AT_ACTIVITIES,
      LookAtEnds: LOOK_AT_ENDS,
      ResumeAfterAKilledRoll: {
        actions: ['autoscaling:ResumeProcesses'],
        on: fleets.map((fleet) => groupOf(fleet, FLEET_LOGICAL_ID)),
        because: 'CloudFormation ends the name of the group with characters of its own.',
      },
    }),
  };
}

/** Permits reading the versions that fleets serve. */
export function describeGrants(): Record<string, Grant> {
  return {
    LookAtGroups: LOOK_AT_GROUPS,
    LookAtServers: {
      actions: ['ec2:DescribeInstances', 'ec2:DescribeLaunchTemplateVersions'],
      because: 'Looking at servers and their templates knows no resources.',
    },
  };
}

/** Telling whether fleets stay healthy. */
export function lookBackGrants(name: string, environments: readonly EnvironmentSettings[]): Record<string, Grant> {
  const stacks = environments.map((environment) => fleetStackName(name, environment.name));
  if (stacks.length === 0) return {};
  return {
    LookAtVersions: onStacks(stacks, ['DescribeStacks']),
    LookAtGroups: LOOK_AT_GROUPS,
    LookAtActivities: LOOK_AT_ACTIVITIES,
    LookAtEnds: LOOK_AT_ENDS,
  };
}

/** Permits reading the alarms of environments; empty without any. */
export function watchGrants(name: string, environments: readonly EnvironmentSettings[]): Record<string, Grant> {
  const alarms = environments.flatMap((environment) => alarmNames(name, environment));
  if (alarms.length === 0) return {};
  const on = alarms.map((alarm) => regional('cloudwatch', `alarm:${alarm}`));
  return { LookAtAlarms: { actions: ['cloudwatch:DescribeAlarms'], on } };
}

/**
 * Permits reading the causes of a failed deployment: stack events, scaling activities, and console output of servers.
 */
export function explainGrants(
  stacks: readonly string[],
  repository: string,
): Record<'LookAtStacks' | 'LookAtActivities' | 'ReadConsoles', Grant> {
  return {
    LookAtStacks: onStacks(stacks, ['DescribeStackEvents']),
    LookAtActivities: LOOK_AT_ACTIVITIES,
    ReadConsoles: {
      actions: ['ec2:GetConsoleOutput'],
      on: [regional('ec2', 'instance/*')],
      because: 'The id of a server is not known before; the condition holds it to those of this repository.',
      when: { StringEquals: { 'aws:ResourceTag/Repository': repository } },
    },
  };
}

const LOOK_AT_ACTIVITIES: Grant = {
  actions: ['autoscaling:DescribeScalingActivities'],
  because: 'Reading scaling activities does not support resource-level permissions.',
};

const LOOK_AT_ENDS: Grant = {
  actions: ['cloudwatch:GetMetricStatistics'],
  because: 'Reading metrics knows no resources.',
};

const LOOK_AT_GROUPS: Grant = {
  actions: ['autoscaling:DescribeAutoScalingGroups'],
  because: 'Looking at groups knows no resources.',
};

/** Operations of CloudFormation on stacks of these names. */
function onStacks(stacks: readonly string[], operations: readonly string[]): Grant {
  return {
    actions: operations.map((operation) => `cloudformation:${operation}`),
    on: stacks.map((stack) => regional('cloudformation', `stack/${stack}/*`)),
    because: 'The last part of the ARN of a stack changes with each creation.',
  };
}
