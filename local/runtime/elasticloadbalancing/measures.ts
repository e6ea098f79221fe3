import { type Clock, metricMinute } from '../../kernel/clock';
import type { Metrics } from '../../kernel/ports';

/** Result of a request, for the metrics. */
export interface RequestOutcome {
  /** A target was found for it. */
  chosen: boolean;
  /** Status of the target's answer, and the seconds until it began. */
  target?: { readonly status: number; readonly seconds: number };
  /** Status of an answer by the load balancer itself. */
  own?: number;
}

/** Traffic through a load balancer to a target group in a minute. */
interface Traffic {
  requests: number;
  /** By the first digit of the status. */
  readonly answers: Map<number, number>;
  readonly seconds: Map<number, number>;
}

const NAMESPACE = 'AWS/ApplicationELB';

/**
 * The metrics of load balancers. Requests are counted in memory, which costs them nothing, and reported once a minute
 * for the minute that has passed.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class Measures {
  private readonly traffic = new Map<string, Map<string, Traffic>>();
  private readonly ownErrors = new Map<string, number>();
  private readonly tlsErrors = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly metrics: Pick<Metrics, 'put'>,
  ) {}

  /** Counts a request that has ended. Load balancer and group are named as CloudWatch names them. */
  count(loadBalancer: string, targetGroup: string, { chosen, own, target }: RequestOutcome): void {
    if (own !== undefined && own >= 500) add(this.ownErrors, loadBalancer, 1);
    // Requests that no target was found for are no requests to CloudWatch.
    if (!chosen) return;
    const groups = this.traffic.get(loadBalancer) ?? new Map<string, Traffic>();
    this.traffic.set(loadBalancer, groups);
    const traffic = groups.get(targetGroup) ?? { requests: 0, answers: new Map(), seconds: new Map() };
    groups.set(targetGroup, traffic);
    traffic.requests++;
    if (!target) return;
    add(traffic.answers, Math.floor(target.status / 100), 1);
    add(traffic.seconds, Math.round(target.seconds * 10_000) / 10_000, 1);
  }

  /** Counts a client whose TLS handshake with a load balancer failed. */
  countTlsError(loadBalancer: string): void {
    add(this.tlsErrors, loadBalancer, 1);
  }

  /** Reports the past minute, with the current numbers of targets of each group. */
  report(groups: readonly { loadBalancer: string; targetGroup: string; healthy: number; unhealthy: number }[]): void {
    const at = new Date(this.clock.now().getTime() - metricMinute(this.clock) / 2);
    type Sample = { of: Map<number, number>; unit?: string };
    const put = (name: string, dimensions: Record<string, string>, { of: sample, unit = 'Count' }: Sample) => {
      if (sample.size === 0) return;
      const [values, counts] = [[...sample.keys()], [...sample.values()]];
      this.metrics.put({ namespace: NAMESPACE, name, dimensions }, { values, counts, unit, at });
    };
    for (const [LoadBalancer, errors] of this.ownErrors) {
      put('HTTPCode_ELB_5XX_Count', { LoadBalancer }, { of: new Map([[1, errors]]) });
    }
    for (const [LoadBalancer, errors] of this.tlsErrors) {
      put('ClientTLSNegotiationErrorCount', { LoadBalancer }, { of: new Map([[1, errors]]) });
    }
    for (const [LoadBalancer, byGroup] of this.traffic) {
      for (const [TargetGroup, { answers, requests, seconds }] of byGroup) {
        const both: Record<string, string>[] = [{ LoadBalancer }, { LoadBalancer, TargetGroup }];
        for (const dimensions of both) {
          put('RequestCount', dimensions, { of: new Map([[1, requests]]) });
          for (const [digit, count] of answers)
            put(`HTTPCode_Target_${digit}XX_Count`, dimensions, { of: new Map([[1, count]]) });
          put('TargetResponseTime', dimensions, { of: seconds, unit: 'Seconds' });
        }
      }
    }
    for (const { loadBalancer: LoadBalancer, targetGroup: TargetGroup, healthy, unhealthy } of groups) {
      const dimensions = { LoadBalancer, TargetGroup };
      put('HealthyHostCount', dimensions, { of: new Map([[healthy, 1]]) });
      put('UnHealthyHostCount', dimensions, { of: new Map([[unhealthy, 1]]) });
      const requests = this.traffic.get(LoadBalancer)?.get(TargetGroup)?.requests ?? 0;
      if (healthy === 0 || requests === 0) continue;
      put('RequestCountPerTarget', dimensions, { of: new Map([[requests / healthy, 1]]) });
      put('RequestCountPerTarget', { TargetGroup }, { of: new Map([[requests / healthy, 1]]) });
    }
    this.ownErrors.clear();
    this.tlsErrors.clear();
    this.traffic.clear();
  }
}

function add<K>(counts: Map<K, number>, key: K, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
