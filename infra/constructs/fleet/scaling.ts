import { type CfnAutoScalingGroup, CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import { Construct } from 'constructs';
import type { EnvironmentParameter } from '../../names';
import type { ScalingSettings } from '../../settings/types';
import { publishedText } from '../artifacts/published';
import { WARMUP_SECONDS } from './instance-refresh';

export interface ScalingProps {
  readonly group: CfnAutoScalingGroup;
  readonly scaling: ScalingSettings;
  /** The name of a parameter that the environment publishes. */
  readonly published: (parameter: EnvironmentParameter) => string;
}

/**
 * Policies that keep the number of servers in proportion to their load, within the group's sizes: a roll sets the sizes
 * and keeps the number (F15). With two policies, the larger number counts. They belong to the fleet stack, because only
 * that stack knows the group. A roll suspends their alarm notifications (F16).
 */
export class Scaling extends Construct {
  constructor(scope: Construct, id: string, { group, scaling, published }: ScalingProps) {
    super(scope, id);
    const { requestsPerTarget, cpuPercent } = scaling;
    const follow = (id: string, target: number, metric: CfnScalingPolicy.PredefinedMetricSpecificationProperty) =>
      new CfnScalingPolicy(this, id, {
        autoScalingGroupName: group.ref,
        policyType: 'TargetTrackingScaling',
        // Without it the group's cooldown would hold: 300 seconds, in which a new server does not count.
        estimatedInstanceWarmup: WARMUP_SECONDS,
        targetTrackingConfiguration: { targetValue: target, predefinedMetricSpecification: metric },
      });
    if (requestsPerTarget !== undefined) {
      const balancer = publishedText(scope, 'LoadBalancerFullName', published('load-balancer-full-name'));
      const targets = publishedText(scope, 'TargetGroupFullName', published('target-group-full-name'));
      follow('Requests', requestsPerTarget, {
        predefinedMetricType: 'ALBRequestCountPerTarget',
        resourceLabel: `${balancer}/${targets}`,
      });
    }
    if (cpuPercent !== undefined) follow('Cpu', cpuPercent, { predefinedMetricType: 'ASGAverageCPUUtilization' });
  }
}
