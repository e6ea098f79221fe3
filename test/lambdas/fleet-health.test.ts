import type { Activity } from '@aws-sdk/client-auto-scaling';
import { healthIn } from '../../lambdas/fleet-health';

const ELB =
  'At 2026-01-01T12:00:00Z an instance was taken out of service in response to an ELB system health check failure.';
const ABANDONED =
  'At 2026-01-01T12:00:00Z instance i-1 was taken out of service because its launch lifecycle action was abandoned.';
const STOPPED =
  'At 2026-01-01T12:00:00Z an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.';
const SHRUNK =
  'At 2026-01-01T12:00:00Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2.';

function ended(minute: number, Cause: string): Activity {
  const id = `i-${minute.toString(16).padStart(8, '0')}`;
  const at = new Date(Date.UTC(2026, 0, 1, 12, minute));
  return {
    ActivityId: id,
    AutoScalingGroupName: 'g',
    StatusCode: 'Successful',
    Cause,
    Description: `Terminating EC2 instance: ${id}`,
    StartTime: at,
  };
}

test('replacements of unhealthy servers and abandoned launches count', () => {
  const health = healthIn([ended(3, ABANDONED), ended(1, ELB)], [], 4);
  expect(health).toEqual({
    replaced: 2,
    ended: 0,
    again: false,
    last: { instanceId: 'i-00000003', at: new Date(Date.UTC(2026, 0, 1, 12, 3)) },
  });
});

test('terminations for other reasons, and launches, do not count', () => {
  const launch: Activity = { ...ended(1, ELB), Description: 'Launching a new EC2 instance: i-00000001' };
  expect(healthIn([ended(1, STOPPED), ended(2, SHRUNK), launch], [], 1)).toEqual({
    replaced: 0,
    ended: 0,
    again: false,
  });
});

test.each([
  ['as many within an hour as there are servers', [0, 20, 40], 3, true],
  ['fewer than there are servers', [0, 20], 3, false],
  ['as many, but not within one hour', [0, 59, 118], 3, false],
  ['a single server, once', [0], 1, false],
  ['a single server, twice', [0, 60], 1, true],
  ['no server wanted, twice', [0, 1], 0, true],
])('a fleet does not stay healthy: %s', (_title, minutes, servers, again) => {
  const activities = minutes.map((minute) => ended(minute, ELB)).toReversed();
  expect(healthIn(activities, [], servers).again).toBe(again);
});

test.each([
  ['twice on each server within an hour', [0, 20, 30, 59], 2, true],
  ['fewer times', [0, 20, 30], 2, false],
  ['as often, but not within one hour', [0, 20, 70, 130], 2, false],
  ['once on a single server', [0], 1, false],
])('the service ended %s', (_title, minutes, servers, again) => {
  const ends = minutes.map((minute) => ({ at: Date.UTC(2026, 0, 1, 12, minute), times: 1 }));
  expect(healthIn([], ends, servers)).toEqual({ replaced: 0, ended: minutes.length, again });
});
