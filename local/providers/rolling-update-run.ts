import type { ProviderContext, Signal } from '../engine/provider';
import { type Clock, isoDurationMilliseconds, patience } from '../kernel/clock';
import { unreachable } from '../kernel/failure';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import { type GroupInstance, matchesGroup } from '../runtime/autoscaling/group';
import type { Change } from '../runtime/autoscaling/lifecycle';
import { GroupWatch } from './group-watch';
import { nextMove, planRoll, type RollingUpdatePolicy, type RollStep, type Wait, waitFor } from './rolling-update';
import { openTally, settledCount, type Tally, unsatisfied, withOutcome, withTimeouts } from './rolling-update-signals';

export interface RollOptions {
  readonly ctx: ProviderContext;
  readonly scaling: AutoScaling;
  readonly clock: Clock;
  readonly group: string;
  readonly policy: RollingUpdatePolicy;
  /** Ids of the instances that were there before the operation: signals of others count, theirs do not (F18). */
  readonly before: ReadonlySet<string>;
}

/**
 * PauseTime is a wait and is shortened like any other. But it waits for servers that really boot, and those are not
 * faster here: they get at least this long, or the PauseTime if it is shorter.
 */
const LEAST_PATIENCE_MS = 60_000;

/**
 * Replaces, batch by batch, the instances that do not match the group's configuration. Rejects with AWS's message if
 * the new ones do not start; the group's own minimum is restored then, and its desired capacity stays at the roll's
 * value, as on AWS (F15). Processes that the roll suspended are resumed in every case (F9).
 */
export async function runRollingUpdate(options: RollOptions): Promise<void> {
  const { group, policy, scaling } = options;
  if (policy.suspendProcesses.length > 0) scaling.suspend(group, policy.suspendProcesses, 'rolling-update');
  const run = new Run(options);
  try {
    await run.toTheEnd();
  } catch (error) {
    if (scaling.group(group)) scaling.rolling.restore(group);
    throw error;
  } finally {
    run.close();
    scaling.resume(group, [], 'rolling-update');
  }
}

class Run {
  private readonly watch: GroupWatch;
  private readonly unsubscribe: (() => void)[];
  /** By unique id; a signal can arrive before the group knows its instance. */
  private readonly signals = new Map<string, Signal['status']>();
  private tally: Tally;
  private expected = 0;

  constructor(private readonly options: RollOptions) {
    const { ctx, group, policy, scaling } = options;
    this.watch = new GroupWatch(ctx, scaling, group);
    this.tally = openTally(scaling.rolling.obsolete(group).length, policy.minSuccessfulInstancesPercent);
    this.unsubscribe = [
      scaling.watch(group, (change) => this.hear(change)),
      ctx.signals.subscribe((signal) => {
        if (!this.signals.has(signal.uniqueId)) this.signals.set(signal.uniqueId, signal.status);
        this.count();
      }),
      () => this.watch.close(),
    ];
  }

  async toTheEnd(): Promise<void> {
    const { group, policy, scaling } = this.options;
    await this.stable();
    await this.gateEarlyLaunches();
    const { desiredCapacity, maxSize } = scaling.group(group)!;
    const obsolete = scaling.rolling.obsolete(group).map((instance) => instance.instanceId);
    let step = nextMove(planRoll(policy, { desired: desiredCapacity, maxSize, obsolete }));
    for (; step; step = nextMove(step.next)) await this.make(step.move);
    await this.stable();
  }

  close(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
  }

  private async make(move: RollStep): Promise<void> {
    const { ctx, group, scaling } = this.options;
    switch (move.kind) {
      case 'surge':
        for (const reason of move.reasons) ctx.progress(reason);
        scaling.rolling.surge(group, move.capacity);
        return this.wait(move.wait);
      case 'terminate': {
        for (const reason of move.reasons) ctx.progress(reason);
        const leaving = this.instances().filter((instance) => move.instances.includes(instance.instanceId));
        await this.unlessFailed(scaling.rolling.replace(group, leaving, move.capacity));
        ctx.progress(move.done);
        return move.wait && this.wait(move.wait);
      }
      case 'restore':
        return scaling.rolling.restore(group, move.desired);
      default:
        return unreachable(move);
    }
  }

  /** A raised minimum in the same update launches before the roll starts: those instances must start too. */
  private async gateEarlyLaunches(): Promise<void> {
    const { policy, scaling } = this.options;
    const group = scaling.group(this.options.group)!;
    const early = this.fresh().filter((instance) => matchesGroup(instance, group)).length;
    this.tally = { ...this.tally, total: this.tally.total + early };
    if (early > 0) await this.wait(waitFor(early, policy));
  }

  /** Waits for new instances: for their signals if the policy says so, and always until they are in service. */
  private async wait({ instances, reason }: Wait): Promise<void> {
    const { clock, ctx, policy } = this.options;
    ctx.progress(reason);
    this.expected += instances;
    if (policy.waitOnResourceSignals && policy.minSuccessfulInstancesPercent > 0) await this.signalled();
    // F7: a launch hook holds an instance back from service, and with it the roll.
    await this.stable();
    if (policy.waitOnResourceSignals || !policy.pauseTime) return;
    await clock.sleep(isoDurationMilliseconds(policy.pauseTime), ctx.cancelled);
  }

  private async signalled(): Promise<void> {
    const { clock, ctx, policy } = this.options;
    let late = false;
    const milliseconds = isoDurationMilliseconds(policy.pauseTime ?? 'PT5M');
    const cancel = patience(clock, { milliseconds, floor: LEAST_PATIENCE_MS }, () => {
      late = true;
      this.watch.wake();
    });
    try {
      await this.watch.until(() => late || settledCount(this.tally) >= this.expected);
    } finally {
      cancel();
    }
    const missing = this.expected - settledCount(this.tally);
    if (missing <= 0) return;
    ctx.progress(
      `Failed to receive ${missing} resource signal(s) for the current batch.  Each resource signal timeout is counted as a FAILURE.`,
    );
    this.tally = withTimeouts(this.tally, missing);
    const verdict = unsatisfied(this.tally);
    if (verdict) throw new Error(verdict);
  }

  private stable(): Promise<void> {
    return this.watch.until(() => this.options.scaling.rolling.isStable(this.options.group));
  }

  /**
   * Settles like `work`, or rejects at the first failure among the new instances: a batch that drains may take its
   * time.
   */
  private async unlessFailed(work: Promise<void>): Promise<void> {
    let done = false;
    work.then(
      () => {
        done = true;
        this.watch.wake();
      },
      (error: Error) => this.watch.fail(error),
    );
    await this.watch.until(() => done);
  }

  private hear(change: Change): void {
    this.count();
    if (change.kind !== 'ended' || this.options.before.has(change.instanceId)) return;
    if (this.tally.outcomes[change.instanceId] === 'SUCCESS') return;
    const { ctx, policy } = this.options;
    const when = policy.waitOnResourceSignals ? 'before it signalled' : 'while the group waited for it';
    const ended = `Instance ${change.instanceId} ended ${when}: ${change.reason}`;
    ctx.progress(ended);
    this.tally = withOutcome(this.tally, change.instanceId, 'FAILURE');
    const verdict = unsatisfied(this.tally);
    if (verdict) this.watch.fail(new Error(policy.waitOnResourceSignals ? `${ended}.  ${verdict}` : ended));
  }

  /** Counts the signals of instances that this operation has launched; others are ignored (F18). */
  private count(): void {
    this.watch.wake();
    if (!this.options.policy.waitOnResourceSignals) return;
    for (const { instanceId } of this.fresh()) {
      const status = this.signals.get(instanceId);
      if (!status || this.tally.outcomes[instanceId]) continue;
      this.options.ctx.progress(`Received ${status} signal with UniqueId ${instanceId}`);
      this.tally = withOutcome(this.tally, instanceId, status);
    }
    const verdict = unsatisfied(this.tally);
    if (verdict) this.watch.fail(new Error(verdict));
  }

  private fresh(): GroupInstance[] {
    return this.instances().filter((instance) => !this.options.before.has(instance.instanceId));
  }

  private instances(): GroupInstance[] {
    return this.options.scaling.instances(this.options.group);
  }
}
