import type { Provider, ProviderContext } from '../engine/provider';
import { systemTags } from '../engine/provider';
import type { Clock } from '../kernel/clock';
import { AwsError, NotSupportedLocally } from '../kernel/failure';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import type { DeclaredSizes, Group, GroupRequest, TerminationPolicy } from '../runtime/autoscaling/group';
import type { LifecycleHook } from '../runtime/autoscaling/hooks';
import { GroupWatch } from './group-watch';
import { readInstanceRefresh, runInstanceRefresh } from './instance-refresh';
import { NO_ROOM, readRollingUpdate } from './rolling-update';
import { runRollingUpdate } from './rolling-update-run';

interface Properties {
  AutoScalingGroupName?: string;
  MinSize: string | number;
  MaxSize: string | number;
  DesiredCapacity?: string | number;
  LaunchTemplate?: { LaunchTemplateId?: string; LaunchTemplateName?: string; Version: string | number };
  VPCZoneIdentifier?: string[];
  AvailabilityZones?: string[];
  TargetGroupARNs?: string[];
  HealthCheckType?: string;
  HealthCheckGracePeriod?: string | number;
  TerminationPolicies?: string[];
  Cooldown?: string | number;
  DefaultInstanceWarmup?: string | number;
  LifecycleHookSpecificationList?: HookSpecification[];
  MetricsCollection?: unknown[];
  ServiceLinkedRoleARN?: string;
  Tags?: { Key: string; Value: string; PropagateAtLaunch: boolean | string }[];
}

interface HookSpecification {
  LifecycleHookName: string;
  LifecycleTransition: string;
  HeartbeatTimeout?: string | number;
  DefaultResult?: string;
  NotificationMetadata?: string;
  NotificationTargetARN?: string;
}

const POLICIES: readonly string[] = ['Default', 'OldestInstance', 'NewestInstance', 'OldestLaunchTemplate'];

const PROPERTIES: Provider<Properties>['properties'] = {
  AutoScalingGroupName: 'real',
  MinSize: 'real',
  MaxSize: 'real',
  DesiredCapacity: 'real',
  LaunchTemplate: 'real',
  VPCZoneIdentifier: 'real',
  AvailabilityZones: 'record',
  TargetGroupARNs: 'real',
  HealthCheckType: 'real',
  HealthCheckGracePeriod: 'real',
  TerminationPolicies: 'real',
  Cooldown: 'record',
  DefaultInstanceWarmup: 'real',
  LifecycleHookSpecificationList: 'real',
  MetricsCollection: 'record',
  ServiceLinkedRoleARN: 'record',
  Tags: 'real',
};

/**
 * Auto Scaling groups. A change of launch template or subnets rolls the group as its `UpdatePolicy` says (F2, F5, F22);
 * without one, the instances stay (F3). The engine handles the `CreationPolicy`: `create` resolves when the instances
 * are in service, and signals may arrive before.
 */
export function autoScalingGroup(scaling: AutoScaling, clock: Clock): Provider<Properties> {
  const provided = (group: Group) => ({ physicalId: group.name, attributes: { AutoScalingGroupARN: group.arn } });
  return {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    fidelity: 'real',
    properties: PROPERTIES,
    required: ['MaxSize', 'MinSize'],
    createOnly: ['AutoScalingGroupName'],
    attributes: ['AutoScalingGroupARN'],
    note: 'Real groups of sandboxes: launch, lifecycle hooks, health, scale-in, and rolling updates with signals. Its UpdatePolicy may be AutoScalingRollingUpdate or AutoScalingInstanceRefresh; AutoScalingReplacingUpdate, the strategy ReplaceRootVolume and mixed instances are refused. No instance is ever protected from scale-in or in standby.',
    refuse: refusals,

    async create(ctx, properties) {
      readRollingUpdate(ctx.updatePolicy);
      readInstanceRefresh(ctx.updatePolicy);
      const name = properties.AutoScalingGroupName ?? ctx.physicalName({ length: 255 });
      const group = scaling.createGroup(
        { ...requestOf(ctx, properties), ...sizesOf(properties), name },
        hooksOf(name, properties),
      );
      ctx.created(name);
      await whenStable(ctx, scaling, name);
      return provided(group);
    },

    async update(ctx, current, next) {
      const name = current.physicalId;
      const policy = readRollingUpdate(ctx.updatePolicy);
      const refresh = readInstanceRefresh(ctx.updatePolicy);
      const request = requestOf(ctx, next);
      const changes = changesServers(scaling.group(name), request);
      if (policy && changes && policy.minInstancesInService >= Number(next.MaxSize)) {
        throw new AwsError('ValidationError', NO_ROOM);
      }
      // A start after a kill launches missing instances at once, perhaps from a launch template that a rollback now
      // replaces.
      await scaling.rolling.launchesArrived(name);
      const before = new Set(scaling.instances(name).map((instance) => instance.instanceId));
      putHooks(scaling, name, { before: current.properties, next });
      const group = scaling.updateGroup(name, { ...request, ...sizesToPush(ctx, scaling.group(name), next) });
      const obsolete = scaling.rolling.obsolete(name).length > 0;
      if (refresh && (obsolete || (changes && !refresh.skipMatching))) {
        await runInstanceRefresh({ ctx, scaling, clock, group: name, policy: refresh });
        await whenStable(ctx, scaling, name);
      } else if (policy && obsolete) {
        await runRollingUpdate({ ctx, scaling, clock, group: name, policy, before });
      } else {
        // A roll that was killed has left its suspensions behind (F9).
        scaling.resume(name, [], 'rolling-update');
        await whenStable(ctx, scaling, name);
      }
      return provided(group);
    },

    async delete(_ctx, current) {
      await scaling.deleteGroup(current.physicalId);
    },
  };
}

async function whenStable(ctx: ProviderContext, scaling: AutoScaling, name: string): Promise<void> {
  const watch = new GroupWatch(ctx, scaling, name);
  try {
    await watch.until(() => scaling.rolling.isStable(name));
  } finally {
    watch.close();
  }
}

function refusals(properties: Partial<Properties>): string[] {
  const { HealthCheckType, LaunchTemplate, LifecycleHookSpecificationList = [], TerminationPolicies = [] } = properties;
  const refused: string[] = [];
  const version = LaunchTemplate?.Version;
  if (typeof version === 'string' && version.startsWith('$')) {
    // F11: CloudFormation itself does not support it here.
    refused.push(`LaunchTemplate.Version: ${version} is not a number; use Fn::GetAtt LatestVersionNumber`);
  }
  if (LaunchTemplate?.LaunchTemplateName && !LaunchTemplate.LaunchTemplateId) {
    refused.push('LaunchTemplate.LaunchTemplateName: use LaunchTemplateId');
  }
  if (HealthCheckType !== undefined && !['EC2', 'ELB'].includes(HealthCheckType)) {
    refused.push(`HealthCheckType: ${HealthCheckType}`);
  }
  for (const policy of TerminationPolicies) {
    if (!POLICIES.includes(policy)) refused.push(`TerminationPolicies: ${policy}`);
  }
  for (const hook of LifecycleHookSpecificationList) {
    if (hook.NotificationTargetARN)
      refused.push('LifecycleHookSpecificationList.NotificationTargetARN: use an EventBridge rule');
  }
  return refused;
}

function requestOf(ctx: ProviderContext, properties: Properties): Omit<GroupRequest, 'name' | keyof DeclaredSizes> {
  const { LaunchTemplate: template } = properties;
  if (!template?.LaunchTemplateId) {
    const message =
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.';
    throw new AwsError('ValidationError', message);
  }
  if (properties.AvailabilityZones && !properties.VPCZoneIdentifier) {
    throw new NotSupportedLocally('AvailabilityZones without VPCZoneIdentifier', 'name the subnets of the servers');
  }
  const own = (properties.Tags ?? []).map(({ Key, Value, PropagateAtLaunch }) => {
    return { key: Key, value: Value, propagateAtLaunch: String(PropagateAtLaunch) === 'true' };
  });
  const inherited = Object.entries({ ...ctx.stackTags, ...systemTags(ctx) })
    .filter(([key]) => !own.some((tag) => tag.key === key))
    .map(([key, value]) => ({ key, value, propagateAtLaunch: true }));
  return {
    launchTemplate: { id: template.LaunchTemplateId, version: String(template.Version) },
    subnets: properties.VPCZoneIdentifier ?? [],
    targetGroups: properties.TargetGroupARNs ?? [],
    healthCheckType: properties.HealthCheckType === 'ELB' ? 'ELB' : 'EC2',
    healthCheckGracePeriod: Number(properties.HealthCheckGracePeriod ?? 0),
    terminationPolicies: (properties.TerminationPolicies as TerminationPolicy[] | undefined) ?? ['Default'],
    defaultCooldown: Number(properties.Cooldown ?? 300),
    defaultInstanceWarmup:
      properties.DefaultInstanceWarmup === undefined ? undefined : Number(properties.DefaultInstanceWarmup),
    tags: [...own, ...inherited],
  };
}

function sizesOf({ DesiredCapacity, MaxSize, MinSize }: Properties): DeclaredSizes {
  const desiredCapacity = DesiredCapacity === undefined ? undefined : Number(DesiredCapacity);
  return { minSize: Number(MinSize), maxSize: Number(MaxSize), desiredCapacity };
}

/**
 * Returns the sizes that an update applies to the live group: all of the template, or only those that it changed if the
 * update policy says so (F10). They are compared with the sizes applied last, so that a rollback restores the changes
 * of the failed update.
 */
function sizesToPush(ctx: ProviderContext, group: Group | undefined, next: Properties) {
  const declared = sizesOf(next);
  const scheduled = ctx.updatePolicy?.['AutoScalingScheduledAction'] as
    | { IgnoreUnmodifiedGroupSizeProperties?: unknown }
    | undefined;
  if (!group || String(scheduled?.IgnoreUnmodifiedGroupSizeProperties ?? 'false') !== 'true') {
    return { ...declared, declared };
  }
  const changed = <K extends keyof DeclaredSizes>(key: K) =>
    declared[key] === group.declared[key] ? undefined : declared[key];
  return {
    minSize: changed('minSize'),
    maxSize: changed('maxSize'),
    desiredCapacity: changed('desiredCapacity'),
    declared,
  };
}

/** F2. */
function changesServers(group: Group | undefined, next: Pick<GroupRequest, 'launchTemplate' | 'subnets'>): boolean {
  return (
    group?.launchTemplate.id !== next.launchTemplate.id ||
    group.launchTemplate.version !== next.launchTemplate.version ||
    group.subnets.some((subnet) => !next.subnets.includes(subnet))
  );
}

function hooksOf(group: string, { LifecycleHookSpecificationList: list = [] }: Properties): LifecycleHook[] {
  return list.map((hook) => ({
    group,
    name: hook.LifecycleHookName,
    transition: hook.LifecycleTransition as LifecycleHook['transition'],
    heartbeatTimeout: Number(hook.HeartbeatTimeout ?? 3600),
    defaultResult: hook.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
    notificationMetadata: hook.NotificationMetadata,
  }));
}

function putHooks(scaling: AutoScaling, group: string, change: { before: Properties; next: Properties }): void {
  const hooks = hooksOf(group, change.next);
  for (const hook of hooks) scaling.hooks.put(hook);
  for (const { name } of hooksOf(group, change.before)) {
    if (!hooks.some((hook) => hook.name === name)) scaling.hooks.delete(group, name);
  }
}
