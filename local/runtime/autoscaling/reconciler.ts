import type { Cancel, Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { messageOf } from '../../kernel/failure';
import { started, startedByRefresh, surplus, unhealthy } from './causes';
import { type Group, type GroupInstance, isLive } from './group';
import type { Lifecycle } from './lifecycle';
import type { Subnets } from './ports';
import { decide } from './reconcile';
import type { Records } from './records';

interface Options {
  readonly records: Records;
  readonly lifecycle: Lifecycle;
  readonly subnets: Subnets;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly stopped: AbortSignal;
}

/** Waits between launches that fail, unscaled: 5 s, doubled up to 5 min. */
const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 300_000;

/** Keeps groups at their desired capacity: compares, decides, and starts work. Called after every change. */
export class Reconciler {
  /* Launches under way die with the runtime, and their instances too: memory is the right place. */
  private readonly launches = new Map<string, Set<{ subnetId: string; arrival: Promise<void> }>>();
  private readonly failures = new Map<string, number>();
  private readonly backoffs = new Map<string, Cancel>();

  constructor(private readonly options: Options) {}

  reconcile(name: string): void {
    const { clock, lifecycle, records, stopped, subnets } = this.options;
    const group = stopped.aborted ? undefined : records.group(name);
    if (!group) return;
    const instances = records.instances(name);
    const launching = [...(this.launches.get(name) ?? [])].map((launch) => launch.subnetId);
    const zones = Object.fromEntries(group.subnets.map((id) => [id, subnets.availabilityZoneOf(id) ?? '']));
    const decision = decide({ group, instances, launching, zones, backingOff: this.backoffs.has(name) });
    const live = instances.filter(isLive).length + launching.length;
    const opening = group.capacityCause ? `${group.capacityCause}  ` : '';
    if (group.capacityCause) records.changeGroup(name, { capacityCause: undefined });
    for (const { instance, why } of decision.terminate) {
      const change = { instanceId: instance.instanceId, from: live, to: group.desiredCapacity };
      const cause =
        why === 'surplus'
          ? opening + surplus(clock.now(), change)
          : unhealthy(clock.now(), instance.unhealthyBy ?? 'EC2');
      this.inBackground(name, lifecycle.terminate(instance, cause));
    }
    for (const subnetId of decision.launch) {
      const cause = group.surge ? startedByRefresh(clock.now()) : started(clock.now(), live, group.desiredCapacity);
      this.launch(group, subnetId, opening + cause);
    }
  }

  /** As `reconcile`, without the delay after failed launches, which do not concern a changed capacity. */
  reconcileAtOnce(name: string): void {
    this.clearBackOff(name);
    this.reconcile(name);
  }

  /** Terminates instances for another reason than capacity; resolves when all are gone. */
  async terminateAll(instances: readonly GroupInstance[], cause: string): Promise<void> {
    await Promise.all(instances.map((instance) => this.options.lifecycle.terminate(instance, cause)));
  }

  /** A launch failed, or an instance ended young: the next one waits, twice as long each time. */
  backOff(name: string): void {
    const failures = (this.failures.get(name) ?? 0) + 1;
    this.failures.set(name, failures);
    this.backoffs.get(name)?.();
    const wait = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
    const again = this.options.clock.after(wait, () => {
      this.backoffs.delete(name);
      this.reconcile(name);
    });
    this.backoffs.set(name, again);
  }

  /** All is well, or different, from here on. */
  clearBackOff(name: string): void {
    this.failures.delete(name);
    this.backoffs.get(name)?.();
    this.backoffs.delete(name);
  }

  /** Returns the number of consecutive failed launches. */
  failuresOf(name: string): number {
    return this.failures.get(name) ?? 0;
  }

  /** Resolves when every launch under way is an instance, or has failed. */
  async launchesArrived(name: string): Promise<void> {
    await Promise.all([...(this.launches.get(name) ?? [])].map((launch) => launch.arrival));
  }

  /** Launches that have no instance yet. */
  launching(name: string): number {
    return this.launches.get(name)?.size ?? 0;
  }

  stop(): void {
    for (const cancel of this.backoffs.values()) cancel();
    this.backoffs.clear();
  }

  private launch(group: Group, subnetId: string, cause: string): void {
    const launches = this.launches.get(group.name) ?? new Set();
    this.launches.set(group.name, launches);
    let arrived = () => {};
    const launch = { subnetId, arrival: new Promise<void>((resolve) => (arrived = resolve)) };
    launches.add(launch);
    const done = () => {
      launches.delete(launch);
      arrived();
    };
    this.inBackground(group.name, this.options.lifecycle.launch({ group, subnetId, cause, arrived: done }));
  }

  /** Runs work in the background. A failure is reported on the bus. */
  inBackground(group: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.options.stopped.aborted) return;
      const message = `Auto Scaling group ${group}: ${messageOf(error)}`;
      this.options.bus.emit({ type: 'notice', level: 'error', message });
    });
  }
}
