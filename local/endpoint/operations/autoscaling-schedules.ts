import type * as sdk from '@aws-sdk/client-auto-scaling';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { AutoScaling } from '../../runtime/autoscaling/auto-scaling';
import { METRICS, type PredefinedMetric, type ScalingPolicy } from '../../runtime/autoscaling/scaling-policies';
import type { Handlers } from '../handlers';

/** Scheduled actions and scaling policies. */
export function scheduleOperations(scaling: AutoScaling): Handlers<typeof sdk> {
  return { ...scheduled(scaling), ...policies(scaling) };
}

function scheduled({ schedule }: AutoScaling): Handlers<typeof sdk> {
  return {
    PutScheduledUpdateGroupAction({ AutoScalingGroupName: group = '', ScheduledActionName: name = '', ...input }) {
      const before = schedule.list(group).find((action) => action.name === name);
      schedule.put({
        group,
        name,
        recurrence: input.Recurrence ?? before?.recurrence,
        timeZone: input.TimeZone ?? before?.timeZone,
        startTime: (input.StartTime ?? input.Time)?.toISOString() ?? before?.startTime,
        endTime: input.EndTime?.toISOString() ?? before?.endTime,
        minSize: input.MinSize ?? before?.minSize,
        maxSize: input.MaxSize ?? before?.maxSize,
        desiredCapacity: input.DesiredCapacity ?? before?.desiredCapacity,
      });
      return {};
    },

    DescribeScheduledActions({ AutoScalingGroupName: group, ScheduledActionNames: names = [] }) {
      const found = schedule.list(group).filter(({ name }) => names.length === 0 || names.includes(name));
      return {
        ScheduledUpdateGroupActions: found.map((action) => ({
          AutoScalingGroupName: action.group,
          ScheduledActionName: action.name,
          StartTime: schedule.next(action),
          EndTime: action.endTime === undefined ? undefined : new Date(action.endTime),
          Recurrence: action.recurrence,
          TimeZone: action.timeZone,
          MinSize: action.minSize,
          MaxSize: action.maxSize,
          DesiredCapacity: action.desiredCapacity,
        })),
      };
    },

    DeleteScheduledAction({ AutoScalingGroupName: group = '', ScheduledActionName: name = '' }) {
      if (!schedule.list(group).some((action) => action.name === name)) {
        throw new AwsError('ValidationError', `Scheduled action name not found - ${name}`);
      }
      schedule.delete(group, name);
      return {};
    },
  };
}

function policies({ policies: kept }: AutoScaling): Handlers<typeof sdk> {
  return {
    PutScalingPolicy({ AutoScalingGroupName: group = '', PolicyName: name = '', ...input }) {
      if (input.PolicyType !== 'TargetTrackingScaling') {
        throw new NotSupportedLocally(`PutScalingPolicy with PolicyType ${input.PolicyType ?? 'SimpleScaling'}`);
      }
      const { TargetTrackingConfiguration: tracking } = input;
      const metric = tracking?.PredefinedMetricSpecification?.PredefinedMetricType;
      if (!METRICS.includes(metric as PredefinedMetric)) {
        throw new NotSupportedLocally(`PutScalingPolicy with the metric ${metric ?? 'of its own'}`);
      }
      const { arn } = kept.put({
        group,
        name,
        metric: metric as PredefinedMetric,
        resourceLabel: tracking?.PredefinedMetricSpecification?.ResourceLabel,
        target: tracking?.TargetValue ?? 0,
        disableScaleIn: tracking?.DisableScaleIn ?? false,
        estimatedWarmup: input.EstimatedInstanceWarmup,
        enabled: input.Enabled ?? true,
      });
      return { PolicyARN: arn, Alarms: [] };
    },

    DescribePolicies({ AutoScalingGroupName: group, PolicyNames: names = [], PolicyTypes: types = [] }) {
      const found = kept
        .list(group)
        .filter(({ arn, name }) => names.length === 0 || names.includes(name) || names.includes(arn))
        .filter(() => types.length === 0 || types.includes('TargetTrackingScaling'));
      return { ScalingPolicies: found.map(describePolicy) };
    },

    DeletePolicy({ AutoScalingGroupName: group, PolicyName: name = '' }) {
      kept.delete(name, group);
      return {};
    },
  };
}

function describePolicy(policy: ScalingPolicy): sdk.ScalingPolicy {
  return {
    AutoScalingGroupName: policy.group,
    PolicyName: policy.name,
    PolicyARN: policy.arn,
    PolicyType: 'TargetTrackingScaling',
    EstimatedInstanceWarmup: policy.estimatedWarmup,
    Alarms: [],
    TargetTrackingConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: policy.metric, ResourceLabel: policy.resourceLabel },
      TargetValue: policy.target,
      DisableScaleIn: policy.disableScaleIn,
    },
    Enabled: policy.enabled,
  };
}
