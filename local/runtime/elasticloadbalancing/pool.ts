import { type Cancel, type Clock, patience } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { afterProbe, type Condition, probe, REGISTERED } from './health';
import { Member } from './member';
import type { TargetGroup, TargetHealth } from './records';

export interface PoolOptions {
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Returns the Unix socket that leads to a port of an instance, or undefined without one. */
  connect(instanceId: string, port: number): string | undefined;
  group(): TargetGroup;
  changed(instanceId: string, health: TargetHealth): void;
  /** The target has left: its record can go. */
  left(instanceId: string, port: number): void;
}

/** The delay is shortened as any wait, but the requests in flight are not faster here: they get this long, or the delay. */
const LEAST_DRAIN_MS = 10_000;

/** Real milliseconds between two checks of a healthy target: the scaled interval, but at least this. */
const STEADY_MS = 250;

const UNUSED: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

const DRAINING: TargetHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};

/** The targets of one group: healthy, next, and draining ones. */
export class Pool {
  private readonly members = new Map<string, Member>();
  private readonly checks = new Map<Member, Cancel>();
  private readonly drains = new Map<Member, Promise<void>>();
  private next = 0;
  private inUse = false;

  constructor(private readonly options: PoolOptions) {}

  /** Adds a target and checks it at once. A draining one is added again, while the old one drains on. */
  register(instanceId: string, port: number): void {
    const key = `${instanceId}:${port}`;
    const known = this.members.get(key);
    if (known && !known.draining) return;
    const member = new Member(instanceId, port, () => this.options.connect(instanceId, port));
    this.members.set(key, member);
    this.tell(member);
    if (this.inUse) this.check(member);
  }

  /**
   * Sends a target no new request, and resolves when it has left: when no request is in flight, or at the latest after
   * the deregistration delay (F34), which cuts the remaining ones.
   */
  async deregister(instanceId: string, port?: number): Promise<void> {
    const leaving = [...this.members.values()].filter(
      (member) => member.instanceId === instanceId && (port === undefined || member.port === port),
    );
    await Promise.all(leaving.map((member) => this.drains.get(member) ?? this.drain(member)));
  }

  /**
   * Returns the next target that is not in `tried`: a healthy one; without healthy ones an unhealthy one, since AWS
   * fails open; never one that is draining or has not passed a check yet.
   */
  choose(tried: ReadonlySet<Member>): Member | undefined {
    const able = [...this.members.values()].filter((member) => !member.draining && !tried.has(member));
    const healthy = able.filter((member) => member.condition.health.state === 'healthy');
    const unhealthy = () => able.filter((member) => member.condition.health.state === 'unhealthy');
    const candidates = healthy.length > 0 ? healthy : unhealthy();
    return candidates[this.next++ % candidates.length];
  }

  health(member: Member): TargetHealth {
    if (member.draining) return DRAINING;
    return this.inUse ? member.condition.health : UNUSED;
  }

  describe(): { instanceId: string; port: number; health: TargetHealth }[] {
    return [...this.members.values()].map((member) => {
      return { instanceId: member.instanceId, port: member.port, health: this.health(member) };
    });
  }

  /** Checks run only while a listener forwards to the group. */
  setInUse(inUse: boolean): void {
    if (this.inUse === inUse) return;
    this.inUse = inUse;
    for (const member of this.members.values()) {
      member.condition = REGISTERED;
      this.stopChecking(member);
      if (inUse) this.check(member);
      this.tell(member);
    }
  }

  /** The group's settings have changed: each target is checked by them from now on. */
  recheck(): void {
    if (!this.inUse) return;
    for (const member of this.members.values()) {
      this.stopChecking(member);
      this.check(member);
    }
  }

  /** Ends all checks and cuts all connections. */
  stop(): void {
    for (const member of this.members.values()) {
      this.stopChecking(member);
      member.close();
    }
    this.members.clear();
  }

  private check(member: Member): void {
    const { clock, group } = this.options;
    let stopped = false;
    let cancel = () => {};
    this.checks.set(member, () => {
      stopped = true;
      cancel();
    });
    const once = async () => {
      const { healthCheck } = group();
      const checkPort = healthCheck.port === 'traffic-port' ? member.port : healthCheck.port;
      const outcome = await probe(this.options.connect(member.instanceId, checkPort), healthCheck, clock);
      if (stopped) return;
      this.apply(member, afterProbe(member.condition, outcome, healthCheck));
      cancel = this.untilNextCheck(member, healthCheck.intervalSeconds * 1000, () => void once());
    };
    void once();
  }

  /** A target in a steady state is checked less often, so that checks do not use the machine's time. */
  private untilNextCheck({ condition }: Member, milliseconds: number, check: () => void): Cancel {
    const steady = condition.health.state === 'healthy' && condition.failures === 0;
    const { clock } = this.options;
    return steady ? patience(clock, { milliseconds, floor: STEADY_MS }, check) : clock.after(milliseconds, check);
  }

  private apply(member: Member, condition: Condition): void {
    const before = member.condition.health;
    member.condition = condition;
    const { state, reason } = condition.health;
    if (before.state !== state || before.reason !== reason) this.tell(member);
  }

  private drain(member: Member): Promise<void> {
    const { clock, group } = this.options;
    member.draining = true;
    this.stopChecking(member);
    this.tell(member);
    let end = () => {};
    const done = new Promise<void>((resolve) => {
      let forgetIdle = () => {};
      let ended = false;
      const milliseconds = Number(group().attributes['deregistration_delay.timeout_seconds'] ?? 300) * 1000;
      const cancel = patience(clock, { milliseconds, floor: LEAST_DRAIN_MS }, () => end());
      end = () => {
        if (ended) return;
        ended = true;
        cancel();
        forgetIdle();
        this.leave(member);
        resolve();
      };
      forgetIdle = member.whenIdle(() => end());
    });
    if (this.members.get(`${member.instanceId}:${member.port}`) === member) this.drains.set(member, done);
    return done;
  }

  private leave(member: Member): void {
    const key = `${member.instanceId}:${member.port}`;
    member.close();
    this.drains.delete(member);
    if (this.members.get(key) !== member) return;
    this.members.delete(key);
    this.options.left(member.instanceId, member.port);
    this.options.changed(member.instanceId, { state: 'unused', reason: 'Target.NotRegistered' });
  }

  private stopChecking(member: Member): void {
    this.checks.get(member)?.();
    this.checks.delete(member);
  }

  private tell(member: Member): void {
    const health = this.health(member);
    const { bus, group } = this.options;
    const { state, reason } = health;
    const { instanceId } = member;
    bus.emit({ type: 'target-health-changed', targetGroup: group().name, instanceId, state, reason });
    this.options.changed(instanceId, health);
  }
}
