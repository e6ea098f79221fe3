import { metricMinute, SystemClock } from '../../../../local/kernel/clock';
import { MetricStore } from '../../../../local/runtime/cloudwatch/metric-store';
import { DrivenClock } from '../../../rig/driven-clock';

const requests = { namespace: 'AWS/ApplicationELB', name: 'RequestCount', dimensions: { LoadBalancer: 'app/web/1' } };
const MINUTE = 60_000;

function setUp() {
  const clock = new DrivenClock();
  const store = new MetricStore(clock);
  const series = (statistic: string, periodMinutes: number, count: number) =>
    store.series({ metric: requests, statistic }, { firstMinute: store.minuteOf() - 3, periodMinutes, count });
  return { clock, store, series };
}

test.each([
  ['SampleCount', [3, 1]],
  ['Sum', [6, 10]],
  ['Average', [2, 10]],
  ['Minimum', [1, 10]],
  ['Maximum', [3, 10]],
  ['p50', [2, 10]],
  ['p100', [3, 10]],
  ['p0', [1, 10]],
])('%s of the values of a minute', async (statistic, expected) => {
  const { clock, store, series } = setUp();
  store.put(requests, { values: [1, 2, 3] });
  await clock.advance(2 * MINUTE);
  store.put(requests, { values: [10] });
  await clock.advance(MINUTE);
  expect(series(statistic, 1, 3)).toEqual([expected[0], undefined, expected[1]]);
});

test('a longer period combines the values of all its minutes, weighted by their counts', async () => {
  const { clock, store, series } = setUp();
  store.put(requests, { values: [1, 5], counts: [9, 1] });
  await clock.advance(2 * MINUTE);
  store.put(requests, { values: [5], counts: [10] });
  await clock.advance(MINUTE);
  expect(series('SampleCount', 3, 1)).toEqual([20]);
  expect(series('Average', 3, 1)).toEqual([3.2]);
  expect(series('p40', 3, 1)).toEqual([1]);
  expect(series('p50', 3, 1)).toEqual([5]);
});

test('percentiles have three digits, and lie between the counted values', async () => {
  const { clock, store, series } = setUp();
  store.put(requests, { values: [1.2344, 1.2349] });
  await clock.advance(3 * MINUTE);
  expect(series('p99', 1, 1)).toEqual([1.2344]);
});

test('values from another writer are merged', async () => {
  const { clock, store, series } = setUp();
  store.put(requests, { values: [1] });
  store.putSet(requests, { count: 4, sum: 20, minimum: 2, maximum: 9 }, {});
  await clock.advance(3 * MINUTE);
  expect(['Sum', 'SampleCount', 'Minimum', 'Maximum'].map((name) => series(name, 1, 1)[0])).toEqual([21, 5, 1, 9]);
});

test('dimensions identify a metric in any order; another unit has no data', async () => {
  const { clock, store } = setUp();
  const metric = { namespace: 'shop', name: 'orders', dimensions: { a: '1', b: '2' } };
  store.put(metric, { values: [1], unit: 'Count' });
  await clock.advance(MINUTE);
  const window = { firstMinute: store.minuteOf() - 1, periodMinutes: 1, count: 1 };
  const other = { ...metric, dimensions: { b: '2', a: '1' } };
  expect(store.series({ metric: other, statistic: 'Sum' }, window)).toEqual([1]);
  expect(store.series({ metric, statistic: 'Sum', unit: 'Count' }, window)).toEqual([1]);
  expect(store.series({ metric, statistic: 'Sum', unit: 'Seconds' }, window)).toEqual([undefined]);
  expect(store.series({ metric: { ...metric, dimensions: {} }, statistic: 'Sum' }, window)).toEqual([undefined]);
});

test('minutes older than three days are dropped, and a metric with its last minute', async () => {
  const { clock, store } = setUp();
  store.put(requests, { values: [1] });
  await clock.advance(3 * 24 * 60 * MINUTE);
  const other = { ...requests, name: 'other' };
  store.put(other, { values: [1] });
  expect(store.list()).toHaveLength(2);
  await clock.advance(MINUTE);
  store.put(other, { values: [1] });
  expect(store.list()).toEqual([other]);
});

test('a metric’s minute lasts as long as a scaled minute, and at least a tenth of a second', () => {
  expect([1, 60, 600, 100_000].map((scale) => metricMinute(new SystemClock(scale)))).toEqual([60_000, 1000, 100, 100]);
  const store = new MetricStore(new SystemClock(7));
  for (const minute of [0, 1, 5, 1_000_003]) expect(store.minuteOf(store.startOf(minute))).toBe(minute);
});
