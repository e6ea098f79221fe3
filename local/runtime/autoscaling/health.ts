import { type Cancel, type Clock, patience } from '../../kernel/clock';
import { type GroupInstance, isLive, isSuspended } from './group';
import type { Change } from './lifecycle';
import type { Servers, TargetGroups } from './ports';
import type { Records } from './records';

interface Options {
  readonly records: Records;
  readonly servers: Servers;
  readonly targetGroups: TargetGroups;
  readonly clock: Clock;
  changed(group: string, change: Change): void;
  /** An instance was found unhealthy. `young`: it ended soon after its launch, so the next one should wait. */
  unhealthy(group: string, young: boolean): void;
}

/** An instance that ends within this time (unscaled) of its launch is likely to do so again. */
const YOUNG_MS = 60_000;

/** The grace is shortened as any wait, but servers do not boot faster here: they get this long, or the grace. */
const LEAST_GRACE_MS = 30_000;

/**
 * Finds unhealthy instances: EC2's check (the server has ended) always counts, the load balancer's in a group with
 * `ELB`, after the grace period (F33). While the process `HealthCheck` is suspended it finds none.
 */
export class Health {
  private readonly graces = new Map<string, Cancel>();
  private readonly unsubscribe: (() => void)[];

  constructor(private readonly options: Options) {
    this.unsubscribe = [
      options.servers.onEnded((instanceId, reason) => this.ended(instanceId, reason)),
      options.targetGroups.onHealthChanged((_targetGroup, instanceId) => this.checkById(instanceId)),
    ];
  }

  /** Looks at every instance of a group, as after `HealthCheck` was resumed. */
  checkGroup(group: string): void {
    for (const instance of this.options.records.instances(group)) this.check(instance);
  }

  /** A server can end before its group has heard that it began. */
  checkLaunched(instanceId: string): void {
    const state = this.options.servers.state(instanceId);
    if (state !== 'running' && state !== 'pending') this.ended(instanceId, 'it ended while it was being launched');
  }

  stop(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
    for (const cancel of this.graces.values()) cancel();
    this.graces.clear();
  }

  private ended(instanceId: string, reason: string): void {
    const instance = this.options.records.instance(instanceId);
    if (!instance || !isLive(instance)) return;
    this.options.changed(instance.group, { kind: 'ended', instanceId, reason, expected: false });
    this.check(instance);
  }

  private checkById(instanceId: string): void {
    const instance = this.options.records.instance(instanceId);
    if (instance) this.check(instance);
  }

  private check(instance: GroupInstance): void {
    const { records, clock } = this.options;
    const group = records.group(instance.group);
    if (!group || !isLive(instance) || instance.healthStatus === 'Unhealthy' || isSuspended(group, 'HealthCheck'))
      return;
    const by = this.failing(instance);
    if (!by) return;
    records.changeInstance(instance.instanceId, { healthStatus: 'Unhealthy', unhealthyBy: by });
    const age = clock.now().getTime() - new Date(instance.launchedAt).getTime();
    this.options.unhealthy(group.name, by === 'EC2' && age < YOUNG_MS / clock.scale);
  }

  private failing(instance: GroupInstance): 'EC2' | 'ELB' | undefined {
    const state = this.options.servers.state(instance.instanceId);
    if (state !== 'running' && state !== 'pending') return 'EC2';
    const group = this.options.records.group(instance.group);
    if (group?.healthCheckType !== 'ELB' || !instance.inServiceSince) return undefined;
    const { targetGroups } = this.options;
    const states = group.targetGroups.map((target) => targetGroups.health(target, instance.instanceId));
    if (!states.includes('unhealthy')) return undefined;
    return this.graceIsOver(instance, group.healthCheckGracePeriod) ? 'ELB' : undefined;
  }

  /** If not, it is looked at again when it is. */
  private graceIsOver({ instanceId, inServiceSince }: GroupInstance, graceSeconds: number): boolean {
    const { clock } = this.options;
    const elapsed = clock.now().getTime() - new Date(inServiceSince ?? 0).getTime();
    const milliseconds = graceSeconds * 1000 - elapsed * clock.scale;
    const floor = Math.min(LEAST_GRACE_MS, graceSeconds * 1000) - elapsed;
    if (milliseconds <= 0 && floor <= 0) return true;
    this.graces.get(instanceId)?.();
    const again = () => {
      this.graces.delete(instanceId);
      this.checkById(instanceId);
    };
    this.graces.set(instanceId, patience(clock, { milliseconds: Math.max(milliseconds, floor), floor }, again));
    return false;
  }
}
