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

/**
 * Operations of a group that a rolling update needs: who is obsolete, temporary sizes, and batches that go together.
 */
export class Rolling {
  constructor(private readonly options: Options) {}

  /** Instances that the group would launch differently today (F2), oldest first. */
  obsolete(name: string): GroupInstance[] {
    const group = this.options.records.require(name);
    const instances = this.options.records.instances(name);
    return instances.filter((instance) => isLive(instance) && !matchesGroup(instance, group));
  }

  /** True if the group has as many instances in service as it wants, and nothing on the way. */
  isStable(name: string): boolean {
    const { records, reconciler } = this.options;
    const instances = records.instances(name);
    const inService = instances.filter((instance) => instance.lifecycleState === 'InService').length;
    const wanted = records.require(name).desiredCapacity;
    return inService === wanted && instances.length === inService && reconciler.launching(name) === 0;
  }

  /** Resolves when no launch is under way: what it brings may be obsolete too. */
  async launchesArrived(name: string): Promise<void> {
    const { reconciler } = this.options;
    while (reconciler.launching(name) > 0) await reconciler.launchesArrived(name);
  }

  /** Returns the number of failed launches since the last successful one. */
  launchFailures(name: string): number {
    return this.options.reconciler.failuresOf(name);
  }

  /** A minimum and desired capacity of its own, until `restore` or the next update of the group. */
  surge(name: string, capacity: number): void {
    const group = this.options.records.require(name);
    requireInRange(capacity, 0, group.maxSize);
    this.resize({ ...group, temporaryMinSize: capacity }, capacity);
  }

  /** Takes a batch out, leaves the group at `capacity`, and resolves when the batch is gone. */
  async replace(name: string, instances: readonly GroupInstance[], capacity: number): Promise<void> {
    const { clock, lifecycle, records } = this.options;
    const cause = (instanceId: string) => takenOutByUpdate(clock.now(), instanceId);
    // They count no more before the capacity changes, or others would be chosen to go.
    const gone = instances.map((instance) => lifecycle.terminate(instance, cause(instance.instanceId)));
    const group = records.require(name);
    this.resize({ ...group, temporaryMinSize: Math.min(minSizeOf(group), capacity) }, capacity);
    await Promise.all(gone);
  }

  /** Ends the temporary minimum. `desired`, where given, becomes the desired capacity, as far as the sizes allow. */
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
