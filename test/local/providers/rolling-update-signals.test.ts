import {
  openTally,
  settledCount,
  unsatisfied,
  withOutcome,
  withTimeouts,
} from '../../../local/providers/rolling-update-signals';

describe('the signals of a rolling update', () => {
  test('count once for each instance, by its first signal (F18)', () => {
    const tally = withOutcome(withOutcome(openTally(3, 100), 'i-1', 'SUCCESS'), 'i-1', 'FAILURE');
    expect(settledCount(tally)).toBe(1);
    expect(unsatisfied(tally)).toBeUndefined();
  });

  test('fail at once with one FAILURE if all must succeed (F18)', () => {
    expect(unsatisfied(withOutcome(openTally(6, 100), 'i-1', 'FAILURE'))).toBe(
      'Received 1 FAILURE signal(s) out of 6.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
    );
  });

  test('count as failures after the time-out, out of all instances to replace (F2)', () => {
    const tally = withTimeouts(withOutcome(openTally(6, 100), 'i-1', 'SUCCESS'), 2);
    expect(settledCount(tally)).toBe(3);
    expect(unsatisfied(tally)).toBe(
      'Received 1 SUCCESS signal(s) out of 6.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
    );
  });

  test('fail below 100 % only when the percentage is out of reach (J10)', () => {
    const one = withOutcome(openTally(5, 50), 'i-1', 'FAILURE');
    const two = withOutcome(one, 'i-2', 'FAILURE');
    expect(unsatisfied(two)).toBeUndefined();
    expect(unsatisfied(withOutcome(two, 'i-3', 'FAILURE'))).toContain('Received 3 FAILURE signal(s) out of 5.');
  });
});
