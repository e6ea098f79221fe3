import type { CfnParameter } from 'aws-cdk-lib';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { Strategy } from '../settings/defaults';
import type { EnvironmentSettings } from '../settings/types';

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
      // What would end or add servers in the middle of a roll (F9, F16).
      suspendProcesses: ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'],
    },
  };
}

/**
 * Longest time that a server may take to serve: far more than it needs, because rolling back waits by the time of the
 * template that it goes back to (F8, H11). A server that cannot serve says so at once.
 */
const SIGNAL_TIMEOUT = 'PT15M';

export interface RefreshProps {
  readonly environment: EnvironmentSettings;
  readonly refresh: Extract<Strategy, { type: 'instance-refresh' }>;
}

/**
 * Auto Scaling replaces the servers (F22): it adds new ones beside all that are there, each of which waits at a hook
 * until it has found that its own service is ready; once the load balancer finds them healthy too, old ones end (F29). A
 * refresh that fails makes the update fail, and CloudFormation refreshes the servers back (F23). Signals have no part in
 * it, at the first creation neither: what CloudFormation counts there, it does not say.
 *
 * The refresh names no alarms, though it could. Auto Scaling starts none while one of them is in ALARM or has too little
 * data (F30): the refresh back, a rollback by hand and the push that mends it would all be refused just when they are
 * needed, and the stack would end in UPDATE_ROLLBACK_FAILED. `Verify` watches the alarms, after the refresh.
 */
export function refreshInstances(group: CfnAutoScalingGroup, { environment, refresh }: RefreshProps): void {
  // Declared in the group: a hook that stands for itself would come too late for the first servers (F32).
  group.lifecycleHookSpecificationList = [
    {
      lifecycleHookName: READY_HOOK,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      heartbeatTimeout: READY_SECONDS,
      defaultResult: 'ABANDON',
    },
  ];
  // Whoever is in service serves already (F33): the load balancer only has to find that out, twice.
  group.healthCheckGracePeriod = 15;
  group.cfnOptions.updatePolicy = {
    autoScalingInstanceRefresh: {
      strategy: 'Rolling',
      preferences: {
        minHealthyPercentage: 100,
        maxHealthyPercentage: maxHealthyPercentage(environment.fleet),
        instanceWarmup: WARMUP_SECONDS,
        skipMatching: true,
        ...(refresh.checkpoints.length > 0 && {
          checkpointPercentages: [...refresh.checkpoints],
          checkpointDelay: refresh.checkpointDelayMinutes * 60,
        }),
        bakeTime: refresh.bakeMinutes * 60,
      },
    },
  };
}

/** The hook that new servers wait at until they serve. */
export const READY_HOOK = 'Ready';

/** As `SIGNAL_TIMEOUT`. */
const READY_SECONDS = 900;

/** Seconds that a new server is in service before it counts: time for the load balancer to find it healthy, or not. */
export const WARMUP_SECONDS = 60;

/** Room for a batch beside the fewest servers there are; a larger fleet is replaced as much faster (F22, F28). */
function maxHealthyPercentage({ min, batch }: { min: number; batch: number }): number {
  return Math.min(200, 100 + Math.ceil((batch / min) * 100));
}
