/** Counts of a minute, or of several. */
export interface Counted {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  /** Number of occurrences of each value, to three significant digits. */
  readonly values: Map<number, number>;
}

export function nothingCounted(): Counted {
  return { sum: 0, count: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY, values: new Map() };
}

export function countValue(into: Counted, value: number, times: number): void {
  into.sum += value * times;
  into.count += times;
  into.minimum = Math.min(into.minimum, value);
  into.maximum = Math.max(into.maximum, value);
  const near = rounded(value);
  into.values.set(near, (into.values.get(near) ?? 0) + times);
}

/** All that was counted in several minutes. */
export function countAll(minutes: readonly Counted[]): Counted {
  const all = nothingCounted();
  for (const { sum, count, minimum, maximum, values } of minutes) {
    all.sum += sum;
    all.count += count;
    all.minimum = Math.min(all.minimum, minimum);
    all.maximum = Math.max(all.maximum, maximum);
    for (const [value, times] of values) all.values.set(value, (all.values.get(value) ?? 0) + times);
  }
  return all;
}

const STATISTICS: Readonly<Record<string, (counted: Counted) => number>> = {
  Average: ({ count, sum }) => sum / count,
  Maximum: ({ maximum }) => maximum,
  Minimum: ({ minimum }) => minimum,
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
};

export function isStatistic(name: string): boolean {
  return Object.hasOwn(STATISTICS, name);
}

/** `p0` to `p100`, with up to ten decimals. */
export function isPercentile(name: string): boolean {
  return /^p\d{1,3}(\.\d{1,10})?$/.test(name) && Number(name.slice(1)) <= 100;
}

/** Undefined without values. */
export function statisticOf(counted: Counted, name: string): number | undefined {
  if (counted.count === 0) return undefined;
  const statistic = STATISTICS[name];
  return statistic ? statistic(counted) : percentile(counted, Number(name.slice(1)));
}

/** The smallest value that at least this part of all values does not exceed. */
function percentile({ count, maximum, minimum, values }: Counted, percent: number): number {
  const wanted = (percent / 100) * count;
  let below = 0;
  for (const value of [...values.keys()].sort((a, b) => a - b)) {
    below += values.get(value) ?? 0;
    // A rounded value must lie between the smallest and the largest one.
    if (below >= wanted && below > 0) return Math.min(Math.max(value, minimum), maximum);
  }
  return maximum;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
