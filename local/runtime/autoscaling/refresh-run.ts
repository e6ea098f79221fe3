import { type Cancel, type Clock, patience } from '../../kernel/clock';
import { unreachable } from '../../kernel/failure';
import type { Alarms } from '../../kernel/ports';
import { takenOutByRefresh } from './causes';
import { type Group, type GroupInstance, isLive, isSuspended, matchesGroup } from './group';
import { nextRefreshMove, percentageOf, type RefreshInstance, type RefreshMove } from './instance-refresh';
import type { Lifecycle } from './lifecycle';
import type { TargetGroups } from './ports';
import type { Reconciler } from './reconciler';
import type { Records } from './records';
import type { Refresh, RefreshRecords } from './refresh-records';

export interface RefreshOptions {
  readonly records: Records;
  readonly refreshes: RefreshRecords;
  readonly lifecycle: Lifecycle;
  readonly reconciler: Reconciler;
  readonly targetGroups: TargetGroups;
  readonly alarms?: Alarms;
  readonly clock: Clock;
}

/** Result of a run: `content` when all was replaced. */
export type RefreshEnd = { readonly content: true } | { readonly content: false; readonly reason: string };

/** F29: without progress for an hour it has failed. Servers that really boot get a real minute, however waits pass. */
const PATIENCE = { milliseconds: 3_600_000, floor: 60_000 };
/** F29. */
const LONGEST_MS = 14 * 24 * 3_600_000;
/** Milliseconds between two checks of the alarms. */
const ALARM_PERIOD_MS = 10_000;

/** Carries out one instance refresh, or its rollback: looks at its group whenever something has changed. */
export class RefreshRun {
  private readonly timers = new Map<'progress' | 'pause' | 'warm-up' | 'alarms' | 'bound', Cancel>();
  private phase: 'replacing' | 'paused' | 'baking' | 'over' = 'replacing';
  private passed = 0;
  private progress = '';
  private busy = false;
  private lastFailure?: string;
  /** Until the next instance is warmed up, in unscaled milliseconds. */
  private warmIn = Number.POSITIVE_INFINITY;

  constructor(
    private readonly options: RefreshOptions,
    private readonly id: string,
    private readonly listener: {
      ended(end: RefreshEnd): void;
      checkpoint(percentage: number): void;
    },
  ) {}

  begin(): void {
    const { clock } = this.options;
    this.setTimer(
      'bound',
      clock.after(LONGEST_MS, () => this.fail('It took longer than 14 days.')),
    );
    this.watchAlarms();
    this.look();
  }

  /** A launch of the group has failed; the reason is kept for later questions. */
  launchFailed(reason: string): void {
    this.lastFailure = reason;
  }

  /** Something may have changed. */
  look(): void {
    if (this.busy || this.phase !== 'replacing') return;
    this.busy = true;
    try {
      while (this.phase === 'replacing' && this.step()) {
        // Until there is nothing to do but wait.
      }
    } finally {
      this.busy = false;
    }
  }

  /** Stops everything. */
  stop(): void {
    this.phase = 'over';
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  /** False if it can only wait. */
  private step(): boolean {
    const { records, refreshes } = this.options;
    const refresh = refreshes.get(this.id);
    const group = refresh && records.group(refresh.group);
    if (!refresh || !group) {
      this.end({ content: false, reason: 'The group is gone.' });
      return false;
    }
    this.warmIn = Number.POSITIVE_INFINITY;
    const instances = records
      .instances(group.name)
      .filter(isLive)
      .map((instance) => this.seen(instance, { group, refresh }));
    const { desiredCapacity: desired, surge = 0 } = group;
    this.report(refresh, { desired, instances });
    const hold = this.hold(refresh, group);
    if (hold) {
      refreshes.change(this.id, { statusReason: hold });
      return false;
    }
    const preferences = refresh.rollback ? { ...refresh.preferences, checkpointPercentages: [] } : refresh.preferences;
    return this.make(nextRefreshMove({ preferences, desired, instances, surge, passed: this.passed }), group);
  }

  private seen(instance: GroupInstance, at: { group: Group; refresh: Refresh }): RefreshInstance {
    const { group, refresh } = at;
    const skips = refresh.preferences.skipMatching || refresh.rollback !== undefined;
    const old = !matchesGroup(instance, group) || (!skips && refresh.found.includes(instance.instanceId));
    const healthy = this.isHealthy(instance, group);
    return { id: instance.instanceId, old, ready: healthy && (old || this.isWarm(instance, at)) };
  }

  /** F29: in service and healthy by all checks that the group uses. */
  private isHealthy({ instanceId, healthStatus, lifecycleState }: GroupInstance, group: Group): boolean {
    if (lifecycleState !== 'InService' || healthStatus !== 'Healthy') return false;
    if (group.healthCheckType !== 'ELB') return true;
    return group.targetGroups.every((target) => this.options.targetGroups.health(target, instanceId) === 'healthy');
  }

  /** If not, it is looked at again when it is. */
  private isWarm({ inServiceSince }: GroupInstance, { group, refresh }: { group: Group; refresh: Refresh }): boolean {
    const { clock } = this.options;
    const seconds = refresh.preferences.instanceWarmup ?? group.defaultInstanceWarmup ?? group.healthCheckGracePeriod;
    const elapsed = (clock.now().getTime() - new Date(inServiceSince ?? 0).getTime()) * clock.scale;
    const left = seconds * 1000 - elapsed;
    if (left <= 0) return true;
    if (left < this.warmIn) {
      this.warmIn = left;
      this.setTimer(
        'warm-up',
        clock.after(left, () => this.look()),
      );
    }
    return false;
  }

  private make(move: RefreshMove, group: Group): boolean {
    const { clock, lifecycle, records, reconciler, refreshes } = this.options;
    switch (move.kind) {
      case 'launch':
        records.changeGroup(group.name, { surge: move.surge });
        reconciler.reconcile(group.name);
        return true;
      case 'terminate': {
        const leaving = records.instances(group.name).filter(({ instanceId }) => move.instances.includes(instanceId));
        // They must not count before the room shrinks, or others would be chosen.
        for (const instance of leaving) {
          const cause = takenOutByRefresh(clock.now(), instance.instanceId);
          reconciler.inBackground(group.name, lifecycle.terminate(instance, cause));
        }
        records.changeGroup(group.name, { surge: move.surge });
        reconciler.reconcile(group.name);
        return true;
      }
      case 'checkpoint':
        this.passed = move.passed;
        this.listener.checkpoint(move.percentage);
        return this.pause(move.percentage);
      case 'wait':
        refreshes.change(this.id, { statusReason: move.reason });
        return false;
      case 'finish':
        return this.finish();
      default:
        return unreachable(move);
    }
  }

  private pause(percentage: number): boolean {
    const { clock, refreshes } = this.options;
    const seconds = refreshes.get(this.id)?.preferences.checkpointDelay ?? 0;
    refreshes.change(this.id, { statusReason: `Waiting ${seconds} seconds at the checkpoint of ${percentage}%.` });
    this.phase = 'paused';
    this.clearTimer('progress');
    const resume = () => {
      this.phase = 'replacing';
      this.progress = '';
      this.look();
    };
    this.setTimer('pause', clock.after(seconds * 1000, resume));
    return false;
  }

  private finish(): boolean {
    const { clock, refreshes } = this.options;
    const { preferences, rollback } = refreshes.get(this.id)!;
    if (rollback || preferences.bakeTime === 0) {
      this.end({ content: true });
      return false;
    }
    this.phase = 'baking';
    this.clearTimer('progress');
    refreshes.change(this.id, { status: 'Baking', statusReason: undefined });
    this.setTimer(
      'pause',
      clock.after(preferences.bakeTime * 1000, () => this.end({ content: true })),
    );
    return false;
  }

  /** Returns why it may not continue now, although nothing has failed. */
  private hold(refresh: Refresh, group: Group): string | undefined {
    if (isSuspended(group, 'InstanceRefresh')) return 'The process InstanceRefresh is suspended.';
    const blind = this.alarmsIn(refresh, 'INSUFFICIENT_DATA')[0];
    return blind && `Waiting for data: the alarm ${blind} is in state INSUFFICIENT_DATA.`;
  }

  private report(refresh: Refresh, at: { desired: number; instances: readonly RefreshInstance[] }): void {
    const percentage = percentageOf(at);
    const toUpdate = at.instances.filter(({ old }) => old).length;
    const progress = `${percentage} ${toUpdate}`;
    if (progress === this.progress) return;
    this.progress = progress;
    const { clock, refreshes } = this.options;
    const status = refresh.status === 'Pending' ? 'InProgress' : refresh.status;
    refreshes.change(this.id, { status, percentage, toUpdate });
    const stuck = () => this.fail(`No progress for an hour. ${this.lastFailure ?? this.reason()}`);
    this.setTimer('progress', patience(clock, PATIENCE, stuck));
  }

  private reason(): string {
    return this.options.refreshes.get(this.id)?.statusReason ?? '';
  }

  /** During replacement and bake time, but not during a rollback. */
  private watchAlarms(): void {
    const refresh = this.options.refreshes.get(this.id);
    if (!refresh || refresh.rollback || refresh.preferences.alarms.length === 0) return;
    const [ringing] = this.alarmsIn(refresh, 'ALARM');
    if (ringing !== undefined) return this.fail(`The alarm ${ringing} went into state ALARM.`);
    const again = () => {
      this.watchAlarms();
      this.look();
    };
    this.setTimer('alarms', this.options.clock.after(ALARM_PERIOD_MS, again));
  }

  private alarmsIn({ preferences, rollback }: Refresh, state: 'ALARM' | 'INSUFFICIENT_DATA'): string[] {
    const { alarms } = this.options;
    // A deleted alarm has no state.
    const stateOf = (name: string) => alarms?.state(name) ?? 'INSUFFICIENT_DATA';
    return rollback ? [] : preferences.alarms.filter((name) => stateOf(name) === state);
  }

  private fail(reason: string): void {
    this.end({ content: false, reason });
  }

  private end(end: RefreshEnd): void {
    if (this.phase === 'over') return;
    this.stop();
    this.listener.ended(end);
  }

  private setTimer(name: 'progress' | 'pause' | 'warm-up' | 'alarms' | 'bound', cancel: Cancel): void {
    this.clearTimer(name);
    this.timers.set(name, cancel);
  }

  private clearTimer(name: 'progress' | 'pause' | 'warm-up' | 'alarms' | 'bound'): void {
    this.timers.get(name)?.();
    this.timers.delete(name);
  }
}
