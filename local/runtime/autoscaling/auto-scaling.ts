import { isDeepStrictEqual } from 'node:util';
import { arn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Alarms, EventPublisher, Metrics } from '../../kernel/ports';
import type { Store } from '../../kernel/store';
import { Activities, type Activity } from './activities';
import { desiredCapacity, requireDecrement, requireInRange, requireParts, resized } from './capacity';
import { capacitySet, groupCreated, groupDeleted, terminatedByUser, unhealthy } from './causes';
import {
  type Group,
  type GroupChange,
  type GroupInstance,
  type GroupRequest,
  isLive,
  minSizeOf,
  processesNamed,
  type Suspension,
} from './group';
import { Health } from './health';
import { type LifecycleHook, LifecycleHooks } from './hooks';
import { InstanceRefreshes } from './instance-refreshes';
import { type Change, Lifecycle } from './lifecycle';
import type { Servers, Subnets, TargetGroups } from './ports';
import { Reconciler } from './reconciler';
import { Records } from './records';
import { RefreshRecords } from './refresh-records';
import { Rolling } from './rolling';
import { ScalingPolicies } from './scaling-policies';
import { ScheduledActions } from './scheduled-actions';

export interface AutoScalingOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly servers: Servers;
  readonly targetGroups: TargetGroups;
  readonly subnets: Subnets;
  /** EventBridge, for lifecycle actions. */
  readonly publisher?: EventPublisher;
  /** CloudWatch, for instance refreshes that heed alarms. */
  readonly alarms?: Alarms;
  /** CloudWatch, for scaling policies. */
  readonly metrics?: Metrics;
}

export type GroupListener = (change: Change) => void;

/** Amazon EC2 Auto Scaling: groups that keep themselves at their desired capacity. */
export class AutoScaling {
  readonly hooks: LifecycleHooks;
  readonly rolling: Rolling;
  readonly refreshes: InstanceRefreshes;
  readonly schedule: ScheduledActions;
  readonly policies: ScalingPolicies;
  private readonly records: Records;
  private readonly log: Activities;
  private readonly lifecycle: Lifecycle;
  private readonly reconciler: Reconciler;
  private readonly health: Health;
  private readonly listeners = new Map<string, Set<GroupListener>>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: AutoScalingOptions) {
    const { bus, clock, servers, store, subnets, targetGroups } = options;
    const stopped = this.stopping.signal;
    const changed = (group: string, change: Change) => this.changed(group, change);
    const records = new Records(store);
    this.records = records;
    this.log = new Activities(options);
    this.hooks = new LifecycleHooks(options);
    const parts = { records, activities: this.log, hooks: this.hooks, servers, subnets, targetGroups, clock };
    this.lifecycle = new Lifecycle({ ...parts, stopped, changed });
    this.reconciler = new Reconciler({ records, lifecycle: this.lifecycle, subnets, clock, bus, stopped });
    this.rolling = new Rolling({ records, lifecycle: this.lifecycle, reconciler: this.reconciler, clock });
    this.refreshes = new InstanceRefreshes({
      ...options,
      records,
      refreshes: new RefreshRecords(store),
      lifecycle: this.lifecycle,
      reconciler: this.reconciler,
      changed,
    });
    this.schedule = new ScheduledActions({ ...options, records, reconciler: this.reconciler });
    this.policies = new ScalingPolicies({ ...options, records, reconciler: this.reconciler });
    const foundUnhealthy = (group: string, young: boolean) => {
      if (young) this.reconciler.backOff(group);
      this.reconciler.reconcile(group);
    };
    this.health = new Health({ records, servers, targetGroups, clock, changed, unhealthy: foundUnhealthy });
  }

  /** Makes a group with its hooks; its first instances are on their way when this returns. */
  createGroup(request: GroupRequest, hooks: readonly LifecycleHook[] = []): Group {
    const { clock, ids, scope } = this.options;
    if (this.records.group(request.name)) {
      const message = `AutoScalingGroup by this name already exists - A group with the name ${request.name} already exists`;
      throw new AwsError('AlreadyExists', message);
    }
    requireParts(request, this.options);
    const desired = desiredCapacity(request);
    const group: Group = {
      ...request,
      desiredCapacity: desired,
      arn: arn(scope, 'autoscaling', `autoScalingGroup:${ids.uuid()}:autoScalingGroupName/${request.name}`),
      declared: { minSize: request.minSize, maxSize: request.maxSize, desiredCapacity: request.desiredCapacity },
      suspended: [],
      createdAt: clock.now().toISOString(),
      capacityCause: groupCreated(clock.now(), desired),
    };
    for (const hook of hooks) this.hooks.put(hook);
    this.records.putGroup(group);
    this.reconciler.reconcile(group.name);
    return this.records.require(group.name);
  }

  /**
   * Changes a group. Its instances stay (F3). A rolling update's temporary minimum ends here. Absent and undefined
   * members stay unchanged.
   */
  updateGroup(name: string, change: GroupChange): Group {
    const before = this.records.require(name);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const next: Group = { ...before, ...given, name, temporaryMinSize: undefined };
    const { minSize, maxSize } = next;
    const desired = desiredCapacity(
      { minSize, maxSize, desiredCapacity: change.desiredCapacity },
      before.desiredCapacity,
    );
    requireParts({ ...next, launchTemplate: change.launchTemplate }, this.options);
    const { launchTemplate: template } = change;
    if (before.refreshTemplate && template && !isDeepStrictEqual(template, before.launchTemplate)) {
      // F31, word for word.
      throw new AwsError(
        'ValidationError',
        'An active instance refresh with a desired configuration exists. All configuration options derived from the desired configuration are not available for update while the instance refresh is active.',
      );
    }
    this.records.putGroup(resized(this.now(), next, { from: before.desiredCapacity, to: desired }));
    this.moveTargets(before, next);
    this.reconciler.reconcileAtOnce(name);
    return this.records.require(name);
  }

  /** Terminates every instance, then deletes the group. Resolves when all are gone; a missing group is not an error. */
  async deleteGroup(name: string): Promise<void> {
    if (!this.records.group(name)) return;
    const cause = groupDeleted(this.now());
    for (const part of [this.refreshes, this.schedule, this.policies]) part.forget(name);
    this.records.changeGroup(name, {
      deleting: true,
      surge: undefined,
      minSize: 0,
      temporaryMinSize: undefined,
      desiredCapacity: 0,
    });
    this.reconciler.clearBackOff(name);
    await this.reconciler.launchesArrived(name);
    await this.reconciler.terminateAll(this.records.instances(name), cause);
    this.records.deleteGroup(name);
    for (const hook of this.hooks.list(name)) this.hooks.delete(name, hook.name);
    this.log.forget(name);
  }

  group(name: string): Group | undefined {
    return this.records.group(name);
  }

  groups(): Group[] {
    return this.records.groups();
  }

  instances(group?: string): GroupInstance[] {
    return this.records.instances(group);
  }

  activities(group?: string): Activity[] {
    return this.log.list(group);
  }

  setDesiredCapacity(name: string, desired: number): void {
    const group = this.records.require(name);
    requireInRange(desired, minSizeOf(group), group.maxSize);
    const capacityCause = capacitySet(this.now(), group.desiredCapacity, desired);
    this.records.changeGroup(name, { desiredCapacity: desired, capacityCause });
    this.reconciler.reconcile(name);
  }

  /** Removes one instance. `gone` resolves when it has ended; a replacement follows unless the capacity shrinks. */
  terminateInstance(instanceId: string, options: { decrement: boolean }): { activity?: Activity; gone: Promise<void> } {
    const instance = this.records.instance(instanceId);
    if (!instance) {
      const message = `Instance Id not found - No managed instance found for instance ID: ${instanceId}`;
      throw new AwsError('ValidationError', message);
    }
    const group = this.records.require(instance.group);
    const shrinks = options.decrement && isLive(instance);
    const to = group.desiredCapacity - (shrinks ? 1 : 0);
    if (shrinks) {
      requireDecrement(group);
      this.records.changeGroup(group.name, { desiredCapacity: to });
    }
    const cause = terminatedByUser(this.now(), instanceId, shrinks ? { from: group.desiredCapacity, to } : undefined);
    const gone = this.lifecycle.terminate(instance, cause);
    this.reconciler.inBackground(group.name, gone);
    this.reconciler.reconcile(group.name);
    return { activity: this.log.get(this.records.instance(instanceId)?.activityId), gone };
  }

  /** Suspends processes (all by default). Suspended ones keep their reason. */
  suspend(name: string, processes: readonly string[] = [], by: Suspension['by'] = 'user'): void {
    const group = this.records.require(name);
    const reason = `User suspended at ${this.now().toISOString()}`;
    const already = new Set(group.suspended.map((suspension) => suspension.process));
    const more = processesNamed(processes).filter((process) => !already.has(process));
    const suspended = [...group.suspended, ...more.map((process) => ({ process, reason, by }))];
    this.records.changeGroup(name, { suspended });
  }

  /** Resumes processes (all by default), or with `only` just those that this principal suspended. */
  resume(name: string, processes: readonly string[] = [], only?: Suspension['by']): void {
    const group = this.records.group(name);
    if (!group) return;
    const wanted = processesNamed(processes);
    const stays = (entry: Suspension) => !wanted.includes(entry.process) || (only !== undefined && entry.by !== only);
    this.records.changeGroup(name, { suspended: group.suspended.filter(stays) });
    this.health.checkGroup(name);
    this.reconciler.reconcile(name);
    this.refreshes.hear(name);
  }

  /** Subscribes to events of a group's instances. Returns the function that unsubscribes. */
  watch(name: string, listener: GroupListener): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * After a start: instances that died with the runtime leave their groups and are replaced, even if an interrupted
   * rolling update has suspended the health check. It does not wait for them.
   */
  recover(): void {
    for (const part of [this.refreshes, this.schedule, this.policies]) part.recover();
    for (const instance of this.records.instances()) {
      const { group } = instance;
      if (this.serverRuns(instance)) {
        this.reconciler.inBackground(group, this.lifecycle.resume(instance));
        continue;
      }
      // EC2 has reported the instances that a kill interrupted.
      this.reconciler.inBackground(group, this.lifecycle.terminate(instance, unhealthy(this.now(), 'EC2')));
    }
    for (const group of this.records.groups()) this.reconciler.reconcileAtOnce(group.name);
  }

  /** Starts nothing more and writes nothing more. Call it before the servers are stopped, or they would be replaced. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const { health, hooks, policies, reconciler, refreshes, schedule } = this;
    for (const part of [refreshes, schedule, policies, health, reconciler, hooks]) part.stop();
  }

  private serverRuns(instance: GroupInstance): boolean {
    const state = this.options.servers.state(instance.instanceId);
    return state === 'running' || state === 'pending';
  }

  private now(): Date {
    return this.options.clock.now();
  }

  private changed(group: string, change: Change): void {
    if (change.kind === 'launch-failed') this.reconciler.backOff(group);
    if (change.kind === 'in-service') this.reconciler.clearBackOff(group);
    if (change.kind === 'launched') this.health.checkLaunched(change.instanceId);
    for (const listener of [...(this.listeners.get(group) ?? [])]) listener(change);
    this.reconciler.reconcile(group);
    this.refreshes.hear(group, change);
  }

  /** Instances in service follow the group to other target groups. */
  private moveTargets(before: Group, next: Group): void {
    const { targetGroups } = this.options;
    const joined = next.targetGroups.filter((target) => !before.targetGroups.includes(target));
    const left = before.targetGroups.filter((target) => !next.targetGroups.includes(target));
    for (const { instanceId, lifecycleState } of this.records.instances(next.name)) {
      if (lifecycleState !== 'InService') continue;
      for (const target of joined) targetGroups.register(target, instanceId);
      for (const target of left) this.reconciler.inBackground(next.name, targetGroups.deregister(target, instanceId));
    }
  }
}
