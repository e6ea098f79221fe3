import type { Clock } from '../../kernel/clock';
import { desiredCapacity, requireInRange, resized } from './capacity';
import { takenOutByUpdate } from './causes';
import { type Group, type GroupInstance, isLive, matchesGroup, minSizeOf } from './group';
import type { Lifecycle } from './lifecycle';
import type { Reconciler } from './reconciler';
import type { Records } from './records';

interface Options {
  readonly records: Records;
  readonly lifecycle: Lifecycle;
  readonly reconciler: Reconciler;
  readonly clock: Clock;
}

/** Operations of a group for a rolling update: obsolete instances, temporary sizes, and batches. */
export class Rolling {
  constructor(private readonly options: Options) {}

  /** Instances that the group would launch differently today (F2), oldest first. */
  obsolete(name: string): GroupInstance[] {
    const group = this.options.records.require(name);
    const instances = this.options.records.instances(name);
    return instances.filter((instance) => isLive(instance) && !matchesGroup(instance, group));
  }

  /** True if the group has its desired number of instances in service, and no launch in progress. */
  isStable(name: string): boolean {
    const { records, reconciler } = this.options;
    const instances = records.instances(name);
    const inService = instances.filter((instance) => instance.lifecycleState === 'InService').length;
    const wanted = records.require(name).desiredCapacity;
    return inService === wanted && instances.length === inService && reconciler.launching(name) === 0;
  }

  /** Resolves when no launch is in progress: its instance may be obsolete too. */
  async launchesArrived(name: string): Promise<void> {
    const { reconciler } = this.options;
    while (reconciler.launching(name) > 0) await reconciler.launchesArrived(name);
  }

  /** Returns the number of failed launches since the last successful one. */
  launchFailures(name: string): number {
    return this.options.reconciler.failuresOf(name);
  }

  /** Sets a temporary minimum and desired capacity, until `restore` or the next update of the group. */
  surge(name: string, capacity: number): void {
    const group = this.options.records.require(name);
    requireInRange(capacity, 0, group.maxSize);
    this.resize({ ...group, temporaryMinSize: capacity }, capacity);
  }

  /** Removes a batch, leaves the group at `capacity`, and resolves when the batch is gone. */
  async replace(name: string, instances: readonly GroupInstance[], capacity: number): Promise<void> {
    const { clock, lifecycle, records } = this.options;
    const cause = (instanceId: string) => takenOutByUpdate(clock.now(), instanceId);
    // They must not count before the capacity changes, or others would be chosen.
    const gone = instances.map((instance) => lifecycle.terminate(instance, cause(instance.instanceId)));
    const group = records.require(name);
    this.resize({ ...group, temporaryMinSize: Math.min(minSizeOf(group), capacity) }, capacity);
    await Promise.all(gone);
  }

  /** Ends the temporary minimum. `desired`, if given, becomes the desired capacity, within the sizes. */
  restore(name: string, desired?: number): void {
    const group = this.options.records.require(name);
    const { minSize, maxSize } = group;
    const to = desiredCapacity({ minSize, maxSize }, desired ?? group.desiredCapacity);
    this.resize({ ...group, temporaryMinSize: undefined }, to);
  }

  private resize(group: Group, desired: number): void {
    const { clock, reconciler, records } = this.options;
    const from = records.require(group.name).desiredCapacity;
    records.putGroup(resized(clock.now(), group, { from, to: desired }));
    reconciler.reconcile(group.name);
  }
}
