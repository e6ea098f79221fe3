import { arn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import { type Collection, remembered, type Store } from '../../kernel/store';
import { Pool } from './pool';
import {
  type Attributes,
  DEFAULT_HEALTH_CHECK,
  DEFAULT_TARGET_GROUP_ATTRIBUTES,
  type HealthCheck,
  type Tags,
  type Target,
  type TargetGroup,
  type TargetHealth,
} from './records';

export interface TargetGroupsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** The Unix socket that leads to a port of an instance, or undefined while the instance is not there. */
  connect(instanceId: string, port: number): string | undefined;
}

export interface TargetGroupRequest {
  readonly name: string;
  readonly port: number;
  readonly vpcId?: string;
  readonly healthCheck: Partial<HealthCheck>;
  readonly attributes: Attributes;
  readonly tags: Tags;
}

export type HealthListener = (targetGroupArn: string, instanceId: string, state: TargetHealth['state']) => void;

/** Target groups and their targets. Groups and registrations are stored; health is checked again after a start. */
export class TargetGroups {
  private readonly groups: Collection<TargetGroup>;
  private readonly targets: Collection<Target>;
  private readonly pools = new Map<string, Pool>();
  private readonly listeners = new Set<HealthListener>();
  private stopped = false;

  constructor(private readonly options: TargetGroupsOptions) {
    this.groups = remembered(options.store.collection('elasticloadbalancing.target-groups'));
    this.targets = options.store.collection('elasticloadbalancing.targets');
  }

  create(request: TargetGroupRequest): TargetGroup {
    if (this.list().some((group) => group.name === request.name)) {
      const message = `A target group with the same name '${request.name}' exists, but with different settings`;
      throw new AwsError('DuplicateTargetGroupName', message);
    }
    const { ids, scope } = this.options;
    const group: TargetGroup = {
      ...request,
      arn: arn(scope, 'elasticloadbalancing', `targetgroup/${request.name}/${ids.hex(16)}`),
      healthCheck: checked({ ...DEFAULT_HEALTH_CHECK, ...request.healthCheck }),
      attributes: honoured({ ...DEFAULT_TARGET_GROUP_ATTRIBUTES, ...request.attributes }),
    };
    this.groups.put(group.arn, group);
    return group;
  }

  /** Changes settings of a group; its targets are checked by the new ones from now on. */
  modify(
    groupArn: string,
    change: Partial<Pick<TargetGroupRequest, 'healthCheck' | 'attributes' | 'tags'>>,
  ): TargetGroup {
    const before = this.require(groupArn);
    const group: TargetGroup = {
      ...before,
      healthCheck: checked({ ...before.healthCheck, ...change.healthCheck }),
      attributes: honoured({ ...before.attributes, ...change.attributes }),
      tags: change.tags ?? before.tags,
    };
    this.groups.put(groupArn, group);
    if (change.healthCheck) this.pool(groupArn)?.recheck();
    return group;
  }

  /** Refused while a listener uses the group (the caller knows). A missing group is not an error. */
  delete(groupArn: string, inUse: boolean): void {
    if (!this.groups.get(groupArn)) return;
    if (inUse) {
      const message = `Target group '${groupArn}' is currently in use by a listener or a rule`;
      throw new AwsError('ResourceInUse', message);
    }
    this.pools.get(groupArn)?.stop();
    this.pools.delete(groupArn);
    for (const [key] of this.targets.entries(`${groupArn}|`)) this.targets.delete(key);
    this.groups.delete(groupArn);
  }

  list(): TargetGroup[] {
    return this.groups.values();
  }

  exists(groupArn: string): boolean {
    return this.groups.get(groupArn) !== undefined;
  }

  /** Throws AWS's `TargetGroupNotFound`. */
  require(groupArn: string): TargetGroup {
    const group = this.groups.get(groupArn);
    if (!group) throw new AwsError('TargetGroupNotFound', `Target groups '${groupArn}' not found`);
    return group;
  }

  /** Takes an instance in, at the group's port unless another is named. Twice is once. */
  register(groupArn: string, instanceId: string, port = this.require(groupArn).port): void {
    this.require(groupArn);
    this.targets.put(keyOf({ targetGroupArn: groupArn, instanceId, port }), {
      targetGroupArn: groupArn,
      instanceId,
      port,
    });
    this.pool(groupArn)?.register(instanceId, port);
  }

  /** Resolves when the instance is drained and deregistered. One that is not registered is not an error. */
  async deregister(groupArn: string, instanceId: string, port?: number): Promise<void> {
    await this.pool(groupArn)?.deregister(instanceId, port);
  }

  /** Returns all targets with their health. */
  describe(groupArn: string): { instanceId: string; port: number; health: TargetHealth }[] {
    this.require(groupArn);
    return this.pool(groupArn)?.describe() ?? [];
  }

  /** Returns the state of an instance's target; `unused` for one that is not registered. */
  health(groupArn: string, instanceId: string): TargetHealth['state'] {
    const found = this.pool(groupArn)
      ?.describe()
      .find((target) => target.instanceId === instanceId);
    return found?.health.state ?? 'unused';
  }

  onHealthChanged(listener: HealthListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The targets at work, made from the record when first asked for. Undefined for a group that does not exist. */
  pool(groupArn: string): Pool | undefined {
    const known = this.pools.get(groupArn);
    if (known || this.stopped || !this.exists(groupArn)) return known;
    const { bus, clock, connect } = this.options;
    const pool = new Pool({
      bus,
      clock,
      connect,
      group: () => this.require(groupArn),
      left: (instanceId, port) => this.targets.delete(keyOf({ targetGroupArn: groupArn, instanceId, port })),
      changed: (instanceId, health) => this.tell(groupArn, instanceId, health),
    });
    this.pools.set(groupArn, pool);
    for (const { instanceId, port } of this.targets.values(`${groupArn}|`)) pool.register(instanceId, port);
    return pool;
  }

  stop(): void {
    this.stopped = true;
    for (const pool of this.pools.values()) pool.stop();
    this.pools.clear();
  }

  private tell(groupArn: string, instanceId: string, health: TargetHealth): void {
    for (const listener of [...this.listeners]) listener(groupArn, instanceId, health.state);
  }
}

function keyOf({ targetGroupArn, instanceId, port }: Target): string {
  return `${targetGroupArn}|${instanceId}:${port}`;
}

/** Refuses health checks that AWS refuses. */
function checked(check: HealthCheck): HealthCheck {
  if (check.timeoutSeconds >= check.intervalSeconds) {
    const message = `Health check interval must be greater than the timeout.`;
    throw new AwsError('ValidationError', message);
  }
  outside('Health check interval', check.intervalSeconds, [5, 300]);
  outside('Health check timeout', check.timeoutSeconds, [2, 120]);
  outside('Healthy threshold count', check.healthyThreshold, [2, 10]);
  outside('Unhealthy threshold count', check.unhealthyThreshold, [2, 10]);
  if (!/^\d{3}([-,]\d{3})*$/.test(check.matcher)) {
    throw new AwsError('ValidationError', `Health check matcher HTTP code '${check.matcher}' is not valid`);
  }
  return check;
}

function outside(what: string, value: number, [low, high]: [number, number]): void {
  if (value >= low && value <= high) return;
  throw new AwsError('ValidationError', `${what} '${value}' must be between ${low} and ${high} inclusive`);
}

/** Refuses attributes without effect here. */
function honoured(attributes: Attributes): Attributes {
  if (attributes['stickiness.enabled'] === 'true') throw new NotSupportedLocally('Target group stickiness');
  if (attributes['load_balancing.algorithm.type'] !== 'round_robin') {
    throw new NotSupportedLocally(`Routing algorithm ${attributes['load_balancing.algorithm.type']}`);
  }
  outside('Deregistration delay', Number(attributes['deregistration_delay.timeout_seconds']), [0, 3600]);
  return attributes;
}
