import { agreed, type Tracking, wantedCapacity } from '../../../../local/runtime/autoscaling/target-tracking';
import { type Fleet, fleet, groupRequest } from './controllable-servers';

const MINUTE = 60_000;
const policy = {
  group: 'fleet',
  name: 'requests',
  metric: 'ALBRequestCountPerTarget' as const,
  resourceLabel: 'app/web/1/targetgroup/web/2',
  target: 100,
  disableScaleIn: false,
  estimatedWarmup: 0,
  enabled: true,
};

let at: Fleet;
/** Requests to each target in every minute. */
let requests: number | undefined;
const asked: unknown[] = [];

beforeEach(async () => {
  requests = 100;
  const recent = (metric: unknown, { count }: { count: number }) => {
    asked.push(metric);
    return Array.from({ length: count }, () => requests);
  };
  at = fleet({ metrics: { put: () => {}, recent } });
  at.scaling.createGroup(groupRequest());
  await at.settle();
});

const desired = () => at.scaling.group('fleet')?.desiredCapacity;

test('a group follows its requests within its sizes, and names the policy', async () => {
  at.scaling.policies.put(policy);
  await at.clock.advance(MINUTE);
  expect(desired()).toBe(2);
  requests = 140;
  await at.clock.advance(MINUTE);
  expect(desired()).toBe(3);
  expect(at.scaling.activities('fleet')[0]?.cause).toContain(
    'in state ALARM triggered policy requests changing the desired capacity from 2 to 3.',
  );
  requests = 1000;
  await at.clock.advance(MINUTE);
  expect(desired()).toBe(4);
  requests = undefined;
  await at.clock.advance(MINUTE);
  expect(desired()).toBe(2);
  expect(asked[0]).toEqual({
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    dimensions: { TargetGroup: 'targetgroup/web/2' },
  });
});

test('a policy does nothing while the process AlarmNotification is suspended (F9)', async () => {
  at.scaling.policies.put(policy);
  at.scaling.suspend('fleet', ['AlarmNotification']);
  requests = 1000;
  await at.clock.advance(MINUTE);
  expect(desired()).toBe(2);
});

test('a policy on processor load is stored, never acts, and reports this', async () => {
  at.scaling.policies.put({ ...policy, metric: 'ASGAverageCPUUtilization', resourceLabel: undefined, target: 50 });
  requests = 1000;
  await at.clock.advance(MINUTE);
  expect(desired()).toBe(2);
  expect(at.events).toContainEqual(
    expect.objectContaining({ type: 'notice', message: expect.stringContaining('it never acts') }),
  );
});

test('a policy is deleted with its group, and then no metric is watched', async () => {
  at.scaling.policies.put(policy);
  await at.scaling.deleteGroup('fleet');
  expect(at.scaling.policies.list()).toEqual([]);
  expect(at.clock.pending).toBe(0);
});

test.each([
  [{ target: 0 }, 'TargetValue must be greater than 0.'],
  [{ resourceLabel: undefined }, 'ResourceLabel must be'],
])('%j is refused', (change, words) => {
  expect(() => at.scaling.policies.put({ ...policy, ...change })).toThrow(words);
});

describe('the capacity of a policy', () => {
  const quiet: Tracking = {
    values: Array<number>(15).fill(50),
    target: 100,
    desired: 4,
    serving: 4,
    warming: 0,
    disableScaleIn: false,
  };
  const wanted = (change: Partial<Tracking>) => wantedCapacity({ ...quiet, ...change });
  const loud = (minutes: number) => [...Array<number>(15 - minutes).fill(50), ...Array<number>(minutes).fill(150)];

  test('rises after three minutes above the target, in proportion and rounded up', () => {
    expect(wanted({ values: loud(2) })).toBe(4);
    expect(wanted({ values: loud(3) })).toBe(6);
  });

  test('counts instances on their way, so that their capacity is not requested twice', () => {
    expect(wanted({ values: loud(3), desired: 6, serving: 4, warming: 2 })).toBe(6);
  });

  test('falls after fifteen minutes below nine tenths of the target, unless an instance warms up or scale-in is disabled', () => {
    expect(wanted({})).toBe(2);
    expect(wanted({ values: quiet.values.slice(1) })).toBe(4);
    expect(wanted({ values: Array<number>(15).fill(95) })).toBe(4);
    expect(wanted({ warming: 1 })).toBe(4);
    expect(wanted({ disableScaleIn: true })).toBe(4);
  });

  test('is unknown without data', () => {
    expect(wanted({ values: [] })).toBeUndefined();
  });

  test('combines several policies: any may scale out, and all must agree to scale in', () => {
    expect(agreed(4, [2, 6])).toBe(6);
    expect(agreed(4, [2, 3])).toBe(3);
    expect(agreed(4, [2, 4])).toBe(4);
    expect(agreed(4, [2, undefined])).toBe(4);
    expect(agreed(4, [undefined])).toBe(4);
  });
});
