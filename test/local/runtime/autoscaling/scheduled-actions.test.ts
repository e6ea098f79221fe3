import { AutoScaling } from '../../../../local/runtime/autoscaling/auto-scaling';
import { nextTime } from '../../../../local/runtime/autoscaling/scheduled-actions';
import { type Fleet, fleet, groupRequest } from './controllable-servers';

const HOUR = 3_600_000;
const night = { group: 'fleet', name: 'stop', recurrence: '0 20 * * *', minSize: 0, desiredCapacity: 0 };
const day = { group: 'fleet', name: 'start', recurrence: '0 7 * * MON-FRI', minSize: 2, desiredCapacity: 2 };

let at: Fleet;

beforeEach(async () => {
  at = fleet();
  at.scaling.createGroup(groupRequest());
  await at.settle();
});

test('a group scales to zero in the evening, and back on the next working day', async () => {
  at.scaling.schedule.put(night);
  at.scaling.schedule.put(day);
  // 1 January 2026 is a Thursday.
  await at.clock.advance(20 * HOUR);
  expect(at.states()).toEqual([]);
  expect(at.scaling.activities('fleet')[0]?.cause).toContain(
    'At 2026-01-01T20:00:00Z a scheduled action update of AutoScalingGroup constraints to min: 0, max: 4, desired: 0 changing the desired capacity from 2 to 0.',
  );
  await at.clock.advance(11 * HOUR);
  expect(at.states()).toHaveLength(2);
  await at.clock.advance(24 * HOUR);
  expect(at.states()).toEqual([]);
});

test('a scheduled action does nothing while the process ScheduledActions is suspended (F9)', async () => {
  at.scaling.schedule.put(night);
  at.scaling.suspend('fleet', ['ScheduledActions']);
  await at.clock.advance(20 * HOUR);
  expect(at.states()).toHaveLength(2);
});

test('a one-time action is deleted after it ran, and one with impossible sizes is reported', async () => {
  at.scaling.schedule.put({ group: 'fleet', name: 'once', startTime: '2026-01-01T01:00:00Z', desiredCapacity: 9 });
  await at.clock.advance(HOUR);
  expect(at.scaling.schedule.list('fleet')).toEqual([]);
  expect(at.events).toContainEqual(
    expect.objectContaining({ type: 'notice', message: expect.stringContaining('Desired capacity:9 must be between') }),
  );
});

test('actions are scheduled again at a start, and deleted with their group', async () => {
  at.scaling.schedule.put(night);
  await at.scaling.stop();
  const again = new AutoScaling(at.options);
  again.recover();
  await at.clock.advance(20 * HOUR);
  expect(again.group('fleet')?.desiredCapacity).toBe(0);
  await again.deleteGroup('fleet');
  expect(again.schedule.list()).toEqual([]);
  expect(at.clock.pending).toBe(0);
});

describe('the next time of an action', () => {
  const next = (action: object, after: string) =>
    nextTime({ group: 'fleet', name: 'one', ...action }, new Date(after))?.toISOString();

  test('follows daylight saving in its time zone', () => {
    const dublin = { recurrence: '30 7 * * *', timeZone: 'Europe/Dublin' };
    expect(next(dublin, '2026-03-28T00:00:00Z')).toBe('2026-03-28T07:30:00.000Z');
    expect(next(dublin, '2026-03-29T00:00:00Z')).toBe('2026-03-29T06:30:00.000Z');
  });

  test('is the start time first, then the recurrence, and never the end time', () => {
    const action = { recurrence: '0 * * * *', startTime: '2026-01-01T05:30:00Z', endTime: '2026-01-01T07:00:00Z' };
    expect(next(action, '2026-01-01T00:00:00Z')).toBe('2026-01-01T05:30:00.000Z');
    expect(next(action, '2026-01-01T05:30:00Z')).toBe('2026-01-01T06:00:00.000Z');
    expect(next(action, '2026-01-01T06:00:00Z')).toBeUndefined();
  });
});

test.each([
  [{ recurrence: '0 20 * *' }, 'Given recurrence string: 0 20 * * is invalid'],
  [{ timeZone: 'Mars/Olympus' }, 'is invalid'],
  [{ minSize: undefined, desiredCapacity: undefined }, 'At least one of MinSize, MaxSize and DesiredCapacity'],
  [{ recurrence: undefined }, 'StartTime or Recurrence must be given.'],
  [{ recurrence: undefined, startTime: '2025-01-01T00:00:00Z' }, 'Given start time is in the past'],
])('%j is refused', (change, words) => {
  expect(() => at.scaling.schedule.put({ ...night, ...change })).toThrow(words);
});
