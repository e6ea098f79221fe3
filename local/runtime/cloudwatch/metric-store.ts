import { type Clock, metricMinute } from '../../kernel/clock';
import type { MetricId, Metrics } from '../../kernel/ports';
import type { MetricStat, Series, Window } from './records';
import { type Counted, countAll, countValue, nothingCounted, statisticOf } from './statistics';

/** Minutes for which a metric is kept: three days, as the time scale counts them. */
const KEPT_MINUTES = 3 * 24 * 60;

interface Kept {
  readonly metric: MetricId;
  readonly unit?: string;
  /** By the minute's number, in the order in which minutes were first counted into. */
  readonly minutes: Map<number, Counted>;
}

/**
 * Metrics of standard resolution, in memory: they end with the process, like the servers that they describe. A minute
 * of metrics lasts as long as a scaled minute, so a metric, its alarms and their readers agree at any time scale; the
 * times of datapoints are this machine's.
 */
export class MetricStore {
  private readonly metrics = new Map<string, Kept>();
  private readonly minute: number;

  constructor(private readonly clock: Clock) {
    this.minute = metricMinute(clock);
  }

  /** Returns the number of the minute that contains a time. */
  minuteOf(at: Date = this.clock.now()): number {
    return Math.floor(at.getTime() / this.minute);
  }

  /** The first moment of a minute. */
  startOf(minute: number): Date {
    return new Date(Math.ceil(minute * this.minute));
  }

  put(metric: MetricId, { values, counts, unit, at }: Parameters<Metrics['put']>[1]): void {
    const key = keyOf(metric);
    const kept = this.metrics.get(key) ?? { metric, unit, minutes: new Map<number, Counted>() };
    this.metrics.set(key, kept);
    const number = this.minuteOf(at);
    const counted = kept.minutes.get(number) ?? nothingCounted();
    if (counted.count === 0) this.begin(kept, number, counted);
    for (const [index, value] of values.entries()) countValue(counted, value, counts?.[index] ?? 1);
  }

  /** Adds a set of counted values. Percentiles have no information between its smallest and largest value. */
  putSet(metric: MetricId, set: Omit<Counted, 'values'>, detail: { unit?: string; at?: Date }): void {
    this.put(metric, { values: [], ...detail });
    const counted = this.metrics.get(keyOf(metric))?.minutes.get(this.minuteOf(detail.at));
    if (!counted) return;
    const { count, maximum, minimum, sum } = set;
    const values = new Map([[minimum === maximum ? minimum : sum / count, count]]);
    Object.assign(counted, countAll([counted, { count, maximum, minimum, sum, values }]));
  }

  /** One statistic of a metric in each period of a window. */
  series({ metric, statistic, unit }: Omit<MetricStat, 'periodSeconds'>, window: Window): Series {
    const kept = this.metrics.get(keyOf(metric));
    // Asked for in another unit, a metric has no data: nothing is converted.
    const minutes = unit === undefined || kept?.unit === unit ? kept?.minutes : undefined;
    return Array.from({ length: window.count }, (_, period) => {
      const first = window.firstMinute + period * window.periodMinutes;
      const counted = Array.from({ length: window.periodMinutes }, (_none, offset) => minutes?.get(first + offset));
      return statisticOf(countAll(counted.filter((one) => one !== undefined)), statistic);
    });
  }

  /** The oldest minute in which any of these was counted. */
  oldest(metrics: readonly MetricId[]): number | undefined {
    const numbers = metrics.flatMap((metric) => [...(this.metrics.get(keyOf(metric))?.minutes.keys() ?? [])]);
    return numbers.length ? numbers.reduce((a, b) => Math.min(a, b)) : undefined;
  }

  /** Returns the sum of all stored values of a metric. */
  total(metric: MetricId): number {
    const minutes = this.metrics.get(keyOf(metric))?.minutes.values() ?? [];
    return countAll([...minutes]).sum;
  }

  unitOf(metric: MetricId): string {
    return this.metrics.get(keyOf(metric))?.unit ?? 'None';
  }

  list(): MetricId[] {
    return [...this.metrics.values()].map(({ metric }) => metric);
  }

  /** Begins a minute, and forgets those that are too old, metrics without any others among them. */
  private begin(kept: Kept, number: number, counted: Counted): void {
    kept.minutes.set(number, counted);
    const oldest = this.minuteOf() - KEPT_MINUTES;
    for (const [key, { minutes }] of this.metrics) {
      for (const past of minutes.keys()) {
        if (past >= oldest) break;
        minutes.delete(past);
      }
      if (minutes.size === 0) this.metrics.delete(key);
    }
  }
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
