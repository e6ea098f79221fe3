import type { Provider } from '../engine/provider';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import { METRICS, type PredefinedMetric } from '../runtime/autoscaling/scaling-policies';

interface Properties {
  AutoScalingGroupName: string;
  EstimatedInstanceWarmup?: string | number;
  PolicyType?: string;
  TargetTrackingConfiguration?: {
    PredefinedMetricSpecification?: { PredefinedMetricType: string; ResourceLabel?: string };
    CustomizedMetricSpecification?: unknown;
    TargetValue: string | number;
    DisableScaleIn?: boolean | string;
  };
}

/** Scaling policies that track a target. */
export function autoScalingScalingPolicy(scaling: AutoScaling): Provider<Properties> {
  const put = (name: string, properties: Properties) => {
    const { EstimatedInstanceWarmup: warmup, TargetTrackingConfiguration: tracking } = properties;
    const { arn } = scaling.policies.put({
      group: properties.AutoScalingGroupName,
      name,
      metric: tracking?.PredefinedMetricSpecification?.PredefinedMetricType as PredefinedMetric,
      resourceLabel: tracking?.PredefinedMetricSpecification?.ResourceLabel,
      target: Number(tracking?.TargetValue),
      disableScaleIn: String(tracking?.DisableScaleIn ?? false) === 'true',
      estimatedWarmup: warmup === undefined ? undefined : Number(warmup),
      enabled: true,
    });
    return { physicalId: arn, attributes: { Arn: arn, PolicyName: name } };
  };
  return {
    type: 'AWS::AutoScaling::ScalingPolicy',
    fidelity: 'real',
    properties: {
      AutoScalingGroupName: 'real',
      EstimatedInstanceWarmup: 'real',
      PolicyType: 'real',
      TargetTrackingConfiguration: 'real',
    },
    required: ['AutoScalingGroupName'],
    createOnly: ['AutoScalingGroupName'],
    attributes: ['Arn', 'PolicyName'],
    note: 'Target tracking of ALBRequestCountPerTarget is real. ASGAverageCPUUtilization is a record: the processor time of servers is not measured, and the policy never acts. Other metrics and policy types are refused.',
    refuse({ PolicyType, TargetTrackingConfiguration: tracking }) {
      const refused: string[] = [];
      if (PolicyType !== 'TargetTrackingScaling') refused.push(`PolicyType: ${PolicyType ?? 'SimpleScaling'}`);
      if (tracking?.CustomizedMetricSpecification) {
        refused.push('TargetTrackingConfiguration.CustomizedMetricSpecification: use a predefined metric');
      }
      const metric = tracking?.PredefinedMetricSpecification?.PredefinedMetricType;
      if (metric !== undefined && !METRICS.includes(metric as PredefinedMetric)) {
        refused.push(`TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType: ${metric}`);
      }
      return refused;
    },

    async create(ctx, properties) {
      return put(ctx.physicalName({ length: 255 }), properties);
    },
    update: async (_ctx, { attributes = {} }, next) => put(String(attributes['PolicyName']), next),
    delete: async (_ctx, { physicalId }) => scaling.policies.delete(physicalId),
  };
}
