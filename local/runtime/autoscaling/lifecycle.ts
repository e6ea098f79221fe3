import type { Clock } from '../../kernel/clock';
import { messageOf } from '../../kernel/failure';
import type { Activities } from './activities';
import { abandoned } from './causes';
import { type Group, type GroupInstance, isSuspended, launchesFrom } from './group';
import type { LifecycleHooks } from './hooks';
import type { Launched, Servers, Subnets, TargetGroups } from './ports';
import type { Records } from './records';
import type { RefreshStatus } from './refresh-records';

/** Change of a group, for its observers. */
export type Change =
  | { readonly kind: 'launched'; readonly instanceId: string }
  | { readonly kind: 'in-service'; readonly instanceId: string }
  | {
      readonly kind: 'refresh';
      readonly refreshId: string;
      readonly status: RefreshStatus;
      /** Percentage of the group that is new. */
      readonly percentage: number;
    }
  | { readonly kind: 'launch-failed'; readonly reason: string }
  /** `expected`: the group ended it. Otherwise it ended by itself. */
  | { readonly kind: 'ended'; readonly instanceId: string; readonly reason: string; readonly expected: boolean };

export interface Launch {
  readonly group: Group;
  readonly subnetId: string;
  readonly cause: string;
  /** Called when the launch has become an instance of the group, or has failed: it no longer counts as a launch. */
  arrived(): void;
}

export interface LifecycleOptions {
  readonly records: Records;
  readonly activities: Activities;
  readonly hooks: LifecycleHooks;
  readonly servers: Servers;
  readonly subnets: Subnets;
  readonly targetGroups: TargetGroups;
  readonly clock: Clock;
  /** Aborted when the runtime stops: nothing more is written. */
  readonly stopped: AbortSignal;
  changed(group: string, change: Change): void;
}

/**
 * One instance's way through its group (F32):
 *
 *     launch ─▶ Pending ─▶ Pending:Wait ─▶ Pending:Proceed ─▶ InService          (hooks, then the load balancer: F33)
 *                  └──────────────┴────────────────┴──────────────┴─▶ Terminating
 *     Terminating ─▶ drained (F34) ─▶ Terminating:Wait ─▶ Terminating:Proceed ─▶ out of the group
 */
export class Lifecycle {
  private readonly terminations = new Map<string, Promise<void>>();

  constructor(private readonly options: LifecycleOptions) {}

  /** Launches one instance and sees it into service. A launch that fails is a Failed activity and a change, no error. */
  async launch({ group, subnetId, cause, arrived }: Launch): Promise<void> {
    const { activities, clock, servers, stopped, subnets } = this.options;
    const launchTemplate = launchesFrom(group);
    const availabilityZone = subnets.availabilityZoneOf(subnetId) ?? '';
    const details = { 'Subnet ID': subnetId, 'Availability Zone': availabilityZone };
    const description = 'Launching a new EC2 instance';
    const activity = activities.start({ group: group.name, description, cause, status: 'PreInService', details });
    let server: Launched;
    try {
      server = await servers.launch({ launchTemplate, subnetId, tags: launchTags(group) });
    } catch (error) {
      arrived();
      if (!stopped.aborted) this.launchFailed(group.name, activity.id, messageOf(error));
      return;
    }
    arrived();
    if (stopped.aborted) return;
    activities.change(activity.id, { description: `${description}: ${server.instanceId}` });
    const instance = this.options.records.putInstance({
      ...server,
      group: group.name,
      lifecycleState: 'Pending',
      healthStatus: 'Healthy',
      subnetId,
      availabilityZone,
      launchTemplate,
      launchedAt: clock.now().toISOString(),
      activityId: activity.id,
    });
    this.options.changed(group.name, { kind: 'launched', instanceId: server.instanceId });
    await this.bringIntoService(instance);
  }

  /** Goes on with an instance that an earlier run of the runtime left on its way. */
  resume(instance: GroupInstance): Promise<void> {
    if (instance.lifecycleState === 'InService') return Promise.resolve();
    if (instance.lifecycleState.startsWith('Pending')) return this.bringIntoService(instance);
    return this.terminate(instance, this.options.activities.get(instance.activityId)?.cause ?? '');
  }

  /**
   * Deregisters an instance from the load balancer, waits until it is drained, terminates it and removes it. Resolves
   * when it is gone; a second call has no effect.
   */
  terminate(instance: GroupInstance, cause: string): Promise<void> {
    const under = this.terminations.get(instance.instanceId);
    if (under) return under;
    const termination = this.takeOut(instance, cause).finally(() => this.terminations.delete(instance.instanceId));
    this.terminations.set(instance.instanceId, termination);
    return termination;
  }

  private launchFailed(group: string, activityId: string, reason: string): void {
    const message = `${reason} Launching EC2 instance failed.`;
    this.options.activities.end(activityId, 'Failed', message);
    this.options.changed(group, { kind: 'launch-failed', reason: message });
  }

  private async bringIntoService({ instanceId, group, activityId }: GroupInstance): Promise<void> {
    const { activities, clock, hooks, records } = this.options;
    if (!this.stillPending(instanceId)) return;
    if (hooks.list(group).some((hook) => hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING')) {
      records.changeInstance(instanceId, { lifecycleState: 'Pending:Wait' });
      activities.change(activityId, { status: 'MidLifecycleAction' });
      const passage = await hooks.passThrough(group, instanceId, 'autoscaling:EC2_INSTANCE_LAUNCHING');
      if (!this.stillPending(instanceId)) return;
      if (passage.result === 'ABANDON') return this.abandon(instanceId, passage.reason);
      records.changeInstance(instanceId, { lifecycleState: 'Pending:Proceed' });
    }
    this.register(records.require(group), instanceId);
    records.changeInstance(instanceId, { lifecycleState: 'InService', inServiceSince: clock.now().toISOString() });
    activities.end(activityId, 'Successful');
    this.options.changed(group, { kind: 'in-service', instanceId });
  }

  /** F32: an abandoned launch ends, and counts as a failed one: the next one replaces it. */
  private abandon(instanceId: string, reason: string): Promise<void> {
    const { activities, clock, records } = this.options;
    const activityId = records.instance(instanceId)?.activityId;
    const description = `Launching a new EC2 instance: ${instanceId}.  Status Reason: ${reason}`;
    activities.change(activityId, { description });
    activities.end(activityId, 'Cancelled', reason);
    const instance = records.changeInstance(instanceId, { activityId: undefined })!;
    const gone = this.terminate(instance, abandoned(clock.now(), instanceId));
    this.options.changed(instance.group, { kind: 'launch-failed', reason: `Instance ${instanceId}: ${reason}` });
    return gone;
  }

  private stillPending(instanceId: string): GroupInstance | undefined {
    if (this.options.stopped.aborted) return undefined;
    const instance = this.options.records.instance(instanceId);
    return instance?.lifecycleState.startsWith('Pending') ? instance : undefined;
  }

  private register(group: Group, instanceId: string): void {
    if (isSuspended(group, 'AddToLoadBalancer')) return;
    for (const targetGroup of group.targetGroups) this.options.targetGroups.register(targetGroup, instanceId);
  }

  private async takeOut(instance: GroupInstance, cause: string): Promise<void> {
    const { activities, hooks, records, servers, stopped } = this.options;
    const { instanceId, group, subnetId, availabilityZone } = instance;
    if (instance.lifecycleState.startsWith('Pending')) {
      activities.end(instance.activityId, 'Cancelled', 'Instance was terminated before it was in service.');
    }
    const details = { 'Subnet ID': subnetId, 'Availability Zone': availabilityZone };
    const description = `Terminating EC2 instance: ${instanceId}`;
    const { id } = activities.start({ group, description, cause, status: 'InProgress', details });
    records.changeInstance(instanceId, { lifecycleState: 'Terminating', activityId: id });
    hooks.release(instanceId);
    try {
      await this.drain(instance, id);
      if (stopped.aborted) return;
      await this.waitAtTerminationHooks(instance, id);
      if (stopped.aborted) return;
      await servers.terminate(instanceId, cause);
    } catch (error) {
      if (!stopped.aborted) activities.end(id, 'Failed', messageOf(error));
      throw error;
    }
    if (stopped.aborted) return;
    records.deleteInstance(instanceId);
    activities.end(id, 'Successful');
    this.options.changed(group, { kind: 'ended', instanceId, reason: cause, expected: true });
  }

  private async drain({ instanceId, group }: GroupInstance, activityId: string): Promise<void> {
    const { activities, records, targetGroups } = this.options;
    const from = records.group(group)?.targetGroups ?? [];
    if (from.length === 0) return;
    activities.change(activityId, { status: 'WaitingForELBConnectionDraining' });
    await Promise.all(from.map((targetGroup) => targetGroups.deregister(targetGroup, instanceId)));
  }

  private async waitAtTerminationHooks({ instanceId, group }: GroupInstance, activityId: string): Promise<void> {
    const { activities, hooks, records } = this.options;
    if (!hooks.list(group).some((hook) => hook.transition === 'autoscaling:EC2_INSTANCE_TERMINATING')) return;
    records.changeInstance(instanceId, { lifecycleState: 'Terminating:Wait' });
    activities.change(activityId, { status: 'MidLifecycleAction' });
    await hooks.passThrough(group, instanceId, 'autoscaling:EC2_INSTANCE_TERMINATING');
    if (this.options.stopped.aborted) return;
    records.changeInstance(instanceId, { lifecycleState: 'Terminating:Proceed' });
  }
}

function launchTags(group: Group): Record<string, string> {
  const propagated = group.tags.filter((tag) => tag.propagateAtLaunch).map((tag) => [tag.key, tag.value]);
  return { ...Object.fromEntries(propagated), 'aws:autoscaling:groupName': group.name };
}
