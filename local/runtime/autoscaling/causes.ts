/** Causes of Auto Scaling's activities, in AWS's words. Times are UTC, to the second. */

export function groupCreated(at: Date, desired: number): string {
  return `At ${moment(at)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`;
}

export function sizesUpdated(
  at: Date,
  change: { min: number; max: number; from: number; to: number; by?: 'user request' | 'scheduled action' },
): string {
  const { min, max, from, to, by = 'user request' } = change;
  return `At ${moment(at)} a ${by} update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${to} changing the desired capacity from ${from} to ${to}.`;
}

/** AWS names the alarm that it keeps for the policy; here the policy looks at its metric itself. */
export function policyTriggered(at: Date, change: { group: string; name: string; from: number; to: number }): string {
  const { group, name, from, to } = change;
  const alarm = `TargetTracking-${group}-Alarm${to > from ? 'High' : 'Low'}`;
  return `At ${moment(at)} a monitor alarm ${alarm} in state ALARM triggered policy ${name} changing the desired capacity from ${from} to ${to}.`;
}

export function capacitySet(at: Date, from: number, to: number): string {
  return `At ${moment(at)} a user request explicitly set group desired capacity changing the desired capacity from ${from} to ${to}.`;
}

export function groupDeleted(at: Date): string {
  return `At ${moment(at)} a user request force-deleted an AutoScalingGroup.`;
}

export function started(at: Date, from: number, to: number): string {
  return `At ${moment(at)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${to}.`;
}

export function surplus(at: Date, change: { instanceId: string; from: number; to: number }): string {
  const { instanceId, from, to } = change;
  return `At ${moment(at)} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${from} to ${to}.  At ${moment(at)} instance ${instanceId} was selected for termination.`;
}

export function unhealthy(at: Date, by: 'EC2' | 'ELB'): string {
  const check =
    by === 'ELB'
      ? 'an ELB system health check failure.'
      : 'an EC2 health check indicating it has been terminated or stopped.';
  return `At ${moment(at)} an instance was taken out of service in response to ${check}`;
}

export function terminatedByUser(at: Date, instanceId: string, shrink?: { from: number; to: number }): string {
  const how = shrink ? `, shrinking the capacity from ${shrink.from} to ${shrink.to}` : '';
  return `At ${moment(at)} instance ${instanceId} was taken out of service in response to a user request${how}.`;
}

export function takenOutByUpdate(at: Date, instanceId: string): string {
  return `At ${moment(at)} instance ${instanceId} was taken out of service in response to a user request.`;
}

export function takenOutByRefresh(at: Date, instanceId: string): string {
  return `At ${moment(at)} an instance was taken out of service in response to an instance refresh.  At ${moment(at)} instance ${instanceId} was selected for termination.`;
}

export function startedByRefresh(at: Date): string {
  return `At ${moment(at)} an instance was launched in response to an instance refresh.`;
}

export function abandoned(at: Date, instanceId: string): string {
  return `At ${moment(at)} instance ${instanceId} was taken out of service because its launch lifecycle action was abandoned.`;
}

function moment(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
