import { arn, type Scope } from '../../kernel/arn';
import { type Cancel, type Clock, everyMinute } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { MetricId, Metrics } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import { policyTriggered } from './causes';
import { type Group, isLive, isSuspended, minSizeOf } from './group';
import type { Reconciler } from './reconciler';
import type { Records } from './records';
import { agreed, MINUTES_IN, wantedCapacity } from './target-tracking';

/** A target tracking policy. */
export interface ScalingPolicy {
  readonly group: string;
  readonly name: string;
  readonly arn: string;
  readonly metric: PredefinedMetric;
  /** `app/NAME/ID/targetgroup/NAME/ID`, of request counts. */
  readonly resourceLabel?: string;
  readonly target: number;
  readonly disableScaleIn: boolean;
  /** Seconds. Absent: the group's warm-up, or its cooldown. */
  readonly estimatedWarmup?: number;
  readonly enabled: boolean;
}

/** The processor time of servers is not measured here: a policy on it is kept and never acts. */
export const METRICS = ['ALBRequestCountPerTarget', 'ASGAverageCPUUtilization'] as const;
export type PredefinedMetric = (typeof METRICS)[number];

interface Options {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly records: Records;
  readonly reconciler: Reconciler;
  /** CloudWatch; without it no policy can act. */
  readonly metrics?: Metrics;
}

/** A minute's metrics are all there when half of the next one has passed. */
const MINUTE_PART = 0.5;

/** The scaling policies of all groups, evaluated in every minute of metrics. */
export class ScalingPolicies {
  private readonly policies: Collection<ScalingPolicy>;
  private cancel?: Cancel;

  constructor(private readonly options: Options) {
    this.policies = options.store.collection('autoscaling.policies');
  }

  /** Makes a policy, or changes one, which keeps its ARN. */
  put(given: Omit<ScalingPolicy, 'arn'>): ScalingPolicy {
    const { bus, ids, records, scope } = this.options;
    records.require(given.group);
    if (!(given.target > 0)) throw invalid('TargetValue must be greater than 0.');
    if (given.metric === 'ALBRequestCountPerTarget') targetGroupOf(given.resourceLabel);
    const same = this.list(given.group).find(({ metric, name }) => metric === given.metric && name !== given.name);
    if (same) throw invalid(`The policy ${same.name} tracks ${given.metric} already. Each must use another metric.`);
    const key = `${given.group}/${given.name}`;
    const own = arn(
      scope,
      'autoscaling',
      `scalingPolicy:${ids.uuid()}:autoScalingGroupName/${given.group}:policyName/${given.name}`,
    );
    const policy: ScalingPolicy = { ...given, arn: this.policies.get(key)?.arn ?? own };
    this.policies.put(key, policy);
    if (policy.metric === 'ASGAverageCPUUtilization') {
      const message = `Scaling policy ${policy.name}: the processor load of servers is not measured here, so it never acts.`;
      bus.emit({ type: 'notice', level: 'info', message });
    }
    this.watch();
    return policy;
  }

  /** By name or ARN. A missing one is not an error. */
  delete(nameOrArn: string, group?: string): void {
    for (const policy of this.list(group)) {
      if (policy.arn === nameOrArn || (group !== undefined && policy.name === nameOrArn)) {
        this.policies.delete(`${policy.group}/${policy.name}`);
      }
    }
    if (this.list().length === 0) this.stop();
  }

  list(group?: string): ScalingPolicy[] {
    return this.policies.values(group === undefined ? '' : `${group}/`);
  }

  forget(group: string): void {
    for (const { name } of this.list(group)) this.delete(name, group);
  }

  recover(): void {
    this.watch();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private watch(): void {
    if (this.cancel || this.list().length === 0) return;
    this.cancel = everyMinute(this.options.clock, MINUTE_PART, () => {
      for (const group of this.options.records.groups()) this.evaluate(group);
    });
  }

  private evaluate(group: Group): void {
    const { clock, records, reconciler } = this.options;
    // A group that was scaled to zero stays there until a person or schedule changes it.
    if (isSuspended(group, 'AlarmNotification') || group.deleting || group.desiredCapacity === 0) return;
    const acting = this.list(group.name).filter(
      ({ enabled, metric }) => enabled && metric === 'ALBRequestCountPerTarget',
    );
    if (acting.length === 0) return;
    const asked = acting.map((policy) => ({ policy, capacity: this.wanted(policy, group) }));
    const wanted = agreed(
      group.desiredCapacity,
      asked.map(({ capacity }) => capacity),
    );
    const to = Math.min(Math.max(wanted, minSizeOf(group)), group.maxSize);
    const from = group.desiredCapacity;
    if (to === from) return;
    const { name } = (asked.find(({ capacity }) => capacity === wanted) ?? asked[0]!).policy;
    const cause = policyTriggered(clock.now(), { group: group.name, name, from, to });
    records.changeGroup(group.name, { desiredCapacity: to, capacityCause: cause });
    reconciler.reconcile(group.name);
  }

  private wanted(policy: ScalingPolicy, group: Group): number | undefined {
    const { clock, metrics, records } = this.options;
    const seconds = policy.estimatedWarmup ?? group.defaultInstanceWarmup ?? group.defaultCooldown;
    const warm = (since: string | undefined) =>
      since !== undefined && (clock.now().getTime() - new Date(since).getTime()) * clock.scale >= seconds * 1000;
    const instances = records.instances(group.name).filter(isLive);
    const serving = instances.filter(({ inServiceSince }) => warm(inServiceSince)).length;
    const values = metrics?.recent(metricOf(policy), { periodSeconds: 60, statistic: 'Sum', count: MINUTES_IN });
    if (!values || serving === 0) return undefined;
    return wantedCapacity({
      // A minute without requests has none to count, and is none the less a quiet one.
      values: values.map((value) => value ?? 0),
      target: policy.target,
      desired: group.desiredCapacity,
      serving,
      warming: Math.max(group.desiredCapacity, instances.length) - serving,
      disableScaleIn: policy.disableScaleIn,
    });
  }
}

function metricOf({ resourceLabel }: ScalingPolicy): MetricId {
  return {
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    dimensions: { TargetGroup: targetGroupOf(resourceLabel) },
  };
}

function targetGroupOf(label = ''): string {
  const match = /^app\/[^/]+\/[^/]+\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label);
  if (match) return match[1]!;
  throw invalid('ResourceLabel must be app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID for ALBRequestCountPerTarget.');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
