import type * as sdk from '@aws-sdk/client-auto-scaling';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Activity } from '../../runtime/autoscaling/activities';
import type { AutoScaling } from '../../runtime/autoscaling/auto-scaling';
import { type Group, type GroupInstance, isLive, minSizeOf } from '../../runtime/autoscaling/group';
import { globalTimeout, type HookResult, type Transition } from '../../runtime/autoscaling/hooks';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { refreshOperations } from './autoscaling-refreshes';
import { scheduleOperations } from './autoscaling-schedules';

/** Amazon EC2 Auto Scaling's operations. */
export function autoscalingOperations(scaling: AutoScaling): Handlers<typeof sdk> {
  return {
    ...views(scaling),
    ...capacity(scaling),
    ...lifecycle(scaling),
    ...refreshOperations(scaling),
    ...scheduleOperations(scaling),
  };
}

/** Throws AWS's `ValidationError` for a group that does not exist. */
function need(scaling: AutoScaling, name: string | undefined): Group {
  const group = scaling.group(name ?? '');
  if (!group) throw new AwsError('ValidationError', `AutoScalingGroup name not found - ${name}`);
  return group;
}

function views(scaling: AutoScaling): Handlers<typeof sdk> {
  return {
    DescribeAutoScalingGroups({ AutoScalingGroupNames: names = [], Filters: filters = [] }) {
      const groups = scaling
        .groups()
        .filter((group) => names.length === 0 || names.includes(group.name))
        .filter((group) => filters.every((filter) => passes(group, filter)));
      return { AutoScalingGroups: groups.map((group) => describeGroup(group, scaling.instances(group.name))) };
    },

    DescribeAutoScalingInstances({ InstanceIds: ids = [] }) {
      const instances = scaling.instances().filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId));
      return {
        AutoScalingInstances: instances.map((instance) => ({
          ...describeInstance(instance),
          AutoScalingGroupName: instance.group,
          HealthStatus: instance.healthStatus.toUpperCase(),
        })),
      };
    },

    DescribeScalingActivities({
      AutoScalingGroupName: name,
      ActivityIds: ids = [],
      MaxRecords: size,
      NextToken: token,
    }) {
      if (name !== undefined) need(scaling, name);
      const activities = scaling.activities(name).filter(({ id }) => ids.length === 0 || ids.includes(id));
      const { items, next } = pageOf(activities, { token, size }, 100);
      return { Activities: items.map(describeActivity), NextToken: next };
    },
  };
}

function capacity(scaling: AutoScaling): Handlers<typeof sdk> {
  return {
    SetDesiredCapacity({ AutoScalingGroupName: name, DesiredCapacity: desired }) {
      scaling.setDesiredCapacity(need(scaling, name).name, desired ?? 0);
      return {};
    },

    UpdateAutoScalingGroup({ AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity, ...others }) {
      const other = Object.entries(others).find(([, value]) => value !== undefined);
      if (other) throw new NotSupportedLocally(`UpdateAutoScalingGroup with ${other[0]}`);
      const sizes = { minSize: MinSize, maxSize: MaxSize, desiredCapacity: DesiredCapacity };
      scaling.updateGroup(need(scaling, AutoScalingGroupName).name, sizes);
      return {};
    },

    TerminateInstanceInAutoScalingGroup({ InstanceId: id = '', ShouldDecrementDesiredCapacity: decrement = false }) {
      // The answer does not wait for the end; the activity reports the progress.
      const { activity } = scaling.terminateInstance(id, { decrement });
      return { Activity: activity && describeActivity(activity) };
    },

    SuspendProcesses({ AutoScalingGroupName: name, ScalingProcesses: processes }) {
      scaling.suspend(need(scaling, name).name, processes);
      return {};
    },

    ResumeProcesses({ AutoScalingGroupName: name, ScalingProcesses: processes }) {
      scaling.resume(need(scaling, name).name, processes);
      return {};
    },
  };
}

function lifecycle(scaling: AutoScaling): Handlers<typeof sdk> {
  return {
    DescribeLifecycleHooks({ AutoScalingGroupName: name, LifecycleHookNames: names = [] }) {
      const hooks = scaling.hooks
        .list(need(scaling, name).name)
        .filter((hook) => names.length === 0 || names.includes(hook.name));
      return {
        LifecycleHooks: hooks.map((hook) => ({
          LifecycleHookName: hook.name,
          AutoScalingGroupName: hook.group,
          LifecycleTransition: hook.transition,
          HeartbeatTimeout: hook.heartbeatTimeout,
          GlobalTimeout: globalTimeout(hook),
          DefaultResult: hook.defaultResult,
          NotificationMetadata: hook.notificationMetadata,
        })),
      };
    },

    PutLifecycleHook(input) {
      for (const member of ['NotificationTargetARN', 'RoleARN'] as const) {
        if (input[member]) throw new NotSupportedLocally(`PutLifecycleHook with ${member}`, 'use an EventBridge rule');
      }
      const group = need(scaling, input.AutoScalingGroupName).name;
      const name = input.LifecycleHookName ?? '';
      const before = scaling.hooks.list(group).find((hook) => hook.name === name);
      scaling.hooks.put({
        group,
        name,
        transition: (input.LifecycleTransition ?? before?.transition ?? '') as Transition,
        heartbeatTimeout: input.HeartbeatTimeout ?? before?.heartbeatTimeout ?? 3600,
        defaultResult: resultOf(input.DefaultResult ?? before?.defaultResult ?? 'ABANDON'),
        notificationMetadata: input.NotificationMetadata ?? before?.notificationMetadata,
      });
      return {};
    },

    DeleteLifecycleHook({ AutoScalingGroupName: name, LifecycleHookName: hook = '' }) {
      const group = need(scaling, name).name;
      if (!scaling.hooks.list(group).some((other) => other.name === hook)) {
        throw new AwsError('ValidationError', `No Lifecycle Hook found with name: ${hook}`);
      }
      scaling.hooks.delete(group, hook);
      return {};
    },

    CompleteLifecycleAction({ LifecycleActionResult: result, ...input }) {
      scaling.hooks.complete(waitOf(input), resultOf(result));
      return {};
    },

    RecordLifecycleActionHeartbeat(input) {
      scaling.hooks.heartbeat(waitOf(input));
      return {};
    },
  };
}

function resultOf(result: string | undefined): HookResult {
  if (result === 'CONTINUE' || result === 'ABANDON') return result;
  throw new AwsError('ValidationError', `Lifecycle action result must be CONTINUE or ABANDON, not ${result}`);
}

function waitOf(input: {
  AutoScalingGroupName?: string;
  LifecycleHookName?: string;
  LifecycleActionToken?: string;
  InstanceId?: string;
}) {
  return {
    group: input.AutoScalingGroupName ?? '',
    hook: input.LifecycleHookName ?? '',
    token: input.LifecycleActionToken,
    instanceId: input.InstanceId,
  };
}

/** AWS's filters of groups: `tag:KEY`, `tag-key`, `tag-value`. */
function passes({ tags }: Group, { Name: name = '', Values: values = [] }: sdk.Filter): boolean {
  if (name === 'tag-key') return tags.some((tag) => values.includes(tag.key));
  if (name === 'tag-value') return tags.some((tag) => values.includes(tag.value));
  if (name.startsWith('tag:')) return tags.some((tag) => tag.key === name.slice(4) && values.includes(tag.value));
  throw new AwsError(
    'ValidationError',
    `Filter type ${name} is not correct. Allowed Filter types are: tag-key, tag-value, tag:`,
  );
}

function describeGroup(group: Group, instances: readonly GroupInstance[]): sdk.AutoScalingGroup {
  const zones = new Set(instances.filter(isLive).map((instance) => instance.availabilityZone));
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: template(group),
    MinSize: minSizeOf(group),
    MaxSize: group.maxSize,
    DesiredCapacity: group.desiredCapacity,
    DefaultCooldown: group.defaultCooldown,
    DefaultInstanceWarmup: group.defaultInstanceWarmup,
    AvailabilityZones: [...zones].sort(),
    LoadBalancerNames: [],
    TargetGroupARNs: [...group.targetGroups],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGracePeriod,
    Instances: instances.map(describeInstance),
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: group.suspended.map(({ process, reason }) => ({
      ProcessName: process,
      SuspensionReason: reason,
    })),
    VPCZoneIdentifier: group.subnets.join(','),
    EnabledMetrics: [],
    Status: group.deleting ? 'Delete in progress' : undefined,
    Tags: group.tags.map((tag) => ({
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
      Key: tag.key,
      Value: tag.value,
      PropagateAtLaunch: tag.propagateAtLaunch,
    })),
    TerminationPolicies: [...group.terminationPolicies],
    NewInstancesProtectedFromScaleIn: false,
  };
}

function describeInstance(instance: GroupInstance): sdk.Instance {
  return {
    InstanceId: instance.instanceId,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.availabilityZone,
    LifecycleState: instance.lifecycleState,
    HealthStatus: instance.healthStatus,
    LaunchTemplate: template(instance),
    ProtectedFromScaleIn: false,
  };
}

function template({ launchTemplate: { id, name, version } }: Pick<Group, 'launchTemplate'>) {
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}

function describeActivity(activity: Activity): sdk.Activity {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.group,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    EndTime: activity.endedAt === undefined ? undefined : new Date(activity.endedAt),
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: JSON.stringify(activity.details),
  };
}
