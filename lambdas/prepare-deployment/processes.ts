import { type AutoScalingClient, type AutoScalingGroup, ResumeProcessesCommand } from '@aws-sdk/client-auto-scaling';

/** Processes that the fleets' update policy suspends during a roll; CloudFormation resumes it at the end (F9, F16). */
const SUSPENDED_IN_A_ROLL = ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'];

/**
 * Resumes what a roll that was killed has left suspended, for the next end of a roll would resume it too. Only to be
 * called while no operation is under way. Answers what it resumed.
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
