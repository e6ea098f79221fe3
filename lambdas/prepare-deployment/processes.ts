import { type AutoScalingClient, type AutoScalingGroup, ResumeProcessesCommand } from '@aws-sdk/client-auto-scaling';

/** Processes that the fleets' update policy suspends during a roll; CloudFormation resumes it at the end (F9, F16). */
const SUSPENDED_IN_A_ROLL = ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'];

/**
 * Resumes processes that a killed roll left suspended. Otherwise the end of the next roll would resume them too. Only
 * to be called while no operation runs. Resolves with the resumed processes.
 */
export async function resumeProcesses(
  autoScaling: AutoScalingClient,
  groups: readonly AutoScalingGroup[],
): Promise<string[]> {
  const resumed = new Set<string>();
  for (const { AutoScalingGroupName, SuspendedProcesses = [] } of groups) {
    const names = SuspendedProcesses.map(({ ProcessName = '' }) => ProcessName);
    const ScalingProcesses = names.filter((name) => SUSPENDED_IN_A_ROLL.includes(name));
    if (ScalingProcesses.length === 0) continue;
    await autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    for (const name of ScalingProcesses) resumed.add(name);
  }
  return [...resumed];
}
