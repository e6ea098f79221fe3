import type { MetricId, Metrics } from '../../kernel/ports';
import { Alarms, type AlarmsOptions } from './alarms';
import { checkMetricStat, checkPeriod } from './check-alarm';
import { MetricStore } from './metric-store';
import { answer, checkQueries, metricsOf, periodOf } from './query';
import type { MetricQuery, MetricStat, Window } from './records';

/** Time range of a query: from `start` up to, and without, `end`. */
export interface MetricSpan {
  readonly start: Date;
  readonly end: Date;
}

export interface Datapoint {
  readonly at: Date;
  readonly value: number;
}

/** CloudWatch: metrics of standard resolution, and alarms on them. */
export class CloudWatch implements Metrics {
  readonly alarms: Alarms;
  readonly metrics: MetricStore;

  constructor(options: AlarmsOptions) {
    this.metrics = new MetricStore(options.clock);
    this.alarms = new Alarms(options, this.metrics);
  }

  put(metric: MetricId, sample: Parameters<Metrics['put']>[1]): void {
    this.metrics.put(metric, sample);
  }

  recent(
    metric: MetricId,
    { count, periodSeconds, statistic }: { periodSeconds: number; statistic: string; count: number },
  ) {
    checkMetricStat({ metric, periodSeconds, statistic });
    const periodMinutes = periodSeconds / 60;
    const firstMinute = this.metrics.minuteOf() - count * periodMinutes;
    return [...this.metrics.series({ metric, statistic }, { firstMinute, periodMinutes, count })];
  }

  /** The values of each line that returns data, oldest first. */
  query(queries: readonly MetricQuery[], span: MetricSpan): { query: MetricQuery; datapoints: Datapoint[] }[] {
    checkQueries(queries);
    for (const query of queries) if ('metricStat' in query) checkMetricStat(query.metricStat);
    return queries
      .filter(({ returnData }) => returnData)
      .map((query) => {
        const window = this.windowOf(queries, query, span);
        const values = answer(this.metrics, queries, { query, window });
        return { query, datapoints: this.datapoints(values, window) };
      });
  }

  /** Several statistics of one metric, in the periods that have data. */
  statistics(stat: Omit<MetricStat, 'statistic'>, names: readonly string[], span: MetricSpan) {
    const byTime = new Map<number, Record<string, number>>();
    for (const statistic of names) {
      const metricStat = { ...stat, statistic };
      const [answered] = this.query([{ id: 'm1', returnData: true, metricStat }], span);
      for (const { at, value } of answered?.datapoints ?? []) {
        byTime.set(at.getTime(), { ...byTime.get(at.getTime()), [statistic]: value });
      }
    }
    return [...byTime].map(([at, values]) => ({ at: new Date(at), values }));
  }

  recover(): void {
    this.alarms.watch();
  }

  stop(): void {
    this.alarms.stop();
  }

  /** The periods of a span in which there can be anything, aligned as CloudWatch aligns them. */
  private windowOf(queries: readonly MetricQuery[], query: MetricQuery, { start, end }: MetricSpan): Window {
    const periodSeconds = periodOf(queries, query);
    checkPeriod(periodSeconds);
    const needed = metricsOf(queries, query);
    const periodMinutes = periodSeconds / 60;
    const aligned = (minute: number) => Math.floor(minute / periodMinutes) * periodMinutes;
    const oldest = this.metrics.oldest(needed.map(({ metric }) => metric)) ?? this.metrics.minuteOf() + 1;
    const firstMinute = aligned(Math.max(this.metrics.minuteOf(start), oldest));
    const last = Math.min(this.metrics.minuteOf(new Date(end.getTime() - 1)), this.metrics.minuteOf());
    const count = Math.max(0, Math.ceil((last + 1 - firstMinute) / periodMinutes));
    return { firstMinute, periodMinutes, count };
  }

  private datapoints(values: readonly (number | undefined)[], { firstMinute, periodMinutes }: Window): Datapoint[] {
    return values.flatMap((value, period) =>
      value === undefined ? [] : [{ at: this.metrics.startOf(firstMinute + period * periodMinutes), value }],
    );
  }
}
