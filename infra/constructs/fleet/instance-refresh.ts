import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { Strategy } from '../../settings/defaults';
import type { EnvironmentSettings } from '../../settings/types';

export interface RefreshProps {
  readonly environment: EnvironmentSettings;
  readonly refresh: Extract<Strategy, { type: 'instance-refresh' }>;
}

/**
 * Auto Scaling replaces the servers (F22). It launches new ones beside the existing ones. Each new server waits at a
 * launch hook until its own service is ready; when the load balancer finds them healthy too, old ones end (F29). A
 * failed refresh fails the update, and CloudFormation refreshes the servers back (F23). It uses no signals, not even
 * for the first creation: how CloudFormation counts them there is undocumented.
 *
 * The refresh names no alarms, although it could. Auto Scaling starts no refresh while one of them is in ALARM or has
 * insufficient data (F30): it would refuse the refresh back, a rollback by hand and the push that repairs the fleet
 * exactly when they are needed, and the stack would end in UPDATE_ROLLBACK_FAILED. `Verify` watches the alarms after
 * the refresh.
 */
export function refreshInstances(group: CfnAutoScalingGroup, { environment, refresh }: RefreshProps): void {
  // Part of the group: a separate hook resource would be created too late for the first servers (F32).
  group.lifecycleHookSpecificationList = [
    {
      lifecycleHookName: READY_HOOK,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      heartbeatTimeout: READY_SECONDS,
      defaultResult: 'ABANDON',
    },
  ];
  // A server in service serves already (F33). The load balancer only has to find it healthy, twice.
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

/** As long as a rolling update waits for a signal. */
const READY_SECONDS = 900;

/** Seconds that a new server is in service before it counts: time for the load balancer to find it healthy, or not. */
export const WARMUP_SECONDS = 60;

/** Room for a batch beside the fewest servers there are; a larger fleet is replaced as much faster (F22, F28). */
function maxHealthyPercentage({ min, batch }: { min: number; batch: number }): number {
  return Math.min(200, 100 + Math.ceil((batch / min) * 100));
}
