import type * as sdk from '@aws-sdk/client-auto-scaling';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { AutoScaling } from '../../runtime/autoscaling/auto-scaling';
import type { LaunchTemplateReference } from '../../runtime/autoscaling/ports';
import type { RefreshPreferences } from '../../runtime/autoscaling/refresh-preferences';
import type { Refresh } from '../../runtime/autoscaling/refresh-records';
import type { Handlers } from '../handlers';

/** Instance refreshes (F27 to F31). */
export function refreshOperations(scaling: AutoScaling): Handlers<typeof sdk> {
  const { refreshes } = scaling;
  return {
    StartInstanceRefresh({ AutoScalingGroupName: group = '', Strategy, DesiredConfiguration, Preferences }) {
      if (Strategy !== undefined && Strategy !== 'Rolling') {
        throw new NotSupportedLocally(`StartInstanceRefresh with Strategy ${Strategy}`);
      }
      if (DesiredConfiguration?.MixedInstancesPolicy) {
        throw new NotSupportedLocally('StartInstanceRefresh with MixedInstancesPolicy');
      }
      const desiredTemplate = templateOf(DesiredConfiguration?.LaunchTemplate);
      const { id } = refreshes.start(group, { preferences: Preferences, desiredTemplate, by: 'user' });
      return { InstanceRefreshId: id };
    },

    DescribeInstanceRefreshes({
      AutoScalingGroupName: name = '',
      InstanceRefreshIds: ids = [],
      MaxRecords: most = 50,
    }) {
      if (!scaling.group(name)) throw new AwsError('ValidationError', `AutoScalingGroup name not found - ${name}`);
      const found = refreshes.list(name).filter(({ id }) => ids.length === 0 || ids.includes(id));
      return { InstanceRefreshes: found.slice(0, most).map(describe) };
    },

    CancelInstanceRefresh: ({ AutoScalingGroupName: group = '' }) => ({
      InstanceRefreshId: refreshes.cancel(group).id,
    }),

    RollbackInstanceRefresh: ({ AutoScalingGroupName: group = '' }) => ({
      InstanceRefreshId: refreshes.rollback(group).id,
    }),
  };
}

function templateOf(given: sdk.LaunchTemplateSpecification | undefined): LaunchTemplateReference | undefined {
  if (!given) return undefined;
  const { LaunchTemplateId: id, Version: version } = given;
  if (!id) throw new NotSupportedLocally('A launch template by name', 'use LaunchTemplateId');
  if (version === undefined || version.startsWith('$')) {
    throw new NotSupportedLocally(`Version ${version ?? '$Default'} of a launch template`, 'use its number');
  }
  return { id, version };
}

function describe(refresh: Refresh): sdk.InstanceRefresh {
  const { desiredTemplate, endedAt, percentage, preferences, rollback, toUpdate } = refresh;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: refresh.group,
    Status: refresh.status,
    StatusReason: refresh.statusReason,
    StartTime: new Date(refresh.startedAt),
    EndTime: endedAt === undefined ? undefined : new Date(endedAt),
    PercentageComplete: percentage,
    InstancesToUpdate: toUpdate,
    ProgressDetails: {
      LivePoolProgress: { PercentageComplete: percentage, InstancesToUpdate: toUpdate },
    },
    Preferences: describePreferences(preferences),
    DesiredConfiguration: desiredTemplate && {
      LaunchTemplate: {
        LaunchTemplateId: desiredTemplate.id,
        LaunchTemplateName: desiredTemplate.name,
        Version: desiredTemplate.version,
      },
    },
    RollbackDetails: rollback && {
      RollbackReason: rollback.reason,
      RollbackStartTime: new Date(rollback.startedAt),
      PercentageCompleteOnRollback: rollback.percentage,
      InstancesToUpdateOnRollback: rollback.toUpdate,
    },
    Strategy: 'Rolling',
  };
}

function describePreferences(preferences: RefreshPreferences): sdk.RefreshPreferences {
  const { alarms, checkpointPercentages } = preferences;
  return {
    MinHealthyPercentage: preferences.minHealthyPercentage,
    MaxHealthyPercentage: preferences.maxHealthyPercentage,
    InstanceWarmup: preferences.instanceWarmup,
    CheckpointPercentages: checkpointPercentages.length ? [...checkpointPercentages] : undefined,
    CheckpointDelay: checkpointPercentages.length ? preferences.checkpointDelay : undefined,
    BakeTime: preferences.bakeTime,
    AlarmSpecification: alarms.length ? { Alarms: [...alarms] } : undefined,
    SkipMatching: preferences.skipMatching,
    AutoRollback: preferences.autoRollback,
    ScaleInProtectedInstances: preferences.scaleInProtectedInstances as sdk.ScaleInProtectedInstances,
    StandbyInstances: preferences.standbyInstances as sdk.StandbyInstances,
  };
}
