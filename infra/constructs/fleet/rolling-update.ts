import type { CfnParameter } from 'aws-cdk-lib';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';

/**
 * CloudFormation replaces the servers: it adds a batch of new ones, waits until each has signalled that the load balancer
 * finds it healthy, and only then ends old ones (F13). One FAILURE signal ends it, and it rolls back (F18).
 */
export function rollBySignals(
  group: CfnAutoScalingGroup,
  { minSize, inService, batch }: Readonly<Record<'minSize' | 'inService' | 'batch', CfnParameter>>,
): void {
  // The update policy does not hold for the first creation (F1, H18).
  group.cfnOptions.creationPolicy = {
    resourceSignal: { count: minSize.valueAsNumber, timeout: SIGNAL_TIMEOUT },
  };
  group.cfnOptions.updatePolicy = {
    autoScalingRollingUpdate: {
      minInstancesInService: inService.valueAsNumber,
      maxBatchSize: batch.valueAsNumber,
      minSuccessfulInstancesPercent: 100,
      waitOnResourceSignals: true,
      pauseTime: SIGNAL_TIMEOUT,
      // Processes that would end or add servers during a roll (F9, F16).
      suspendProcesses: ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'],
    },
  };
}

/**
 * Maximum time in which a server must serve: far more than it needs, because a rollback waits by the time of the
 * template to which it returns (F8, H11). A server that cannot serve reports it at once.
 */
const SIGNAL_TIMEOUT = 'PT15M';
