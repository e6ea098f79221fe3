import { Clock, clockHere, minutesText } from '../../../lambdas/verify-environment/clock';

/** A time of its own, in which waiting is all that passes it. */
function clockAt(scale: number) {
  const at = { now: 1_000_000 };
  const wait = async (milliseconds: number) => {
    at.now += milliseconds;
  };
  return { at, clock: new Clock(scale, { now: () => at.now, wait }) };
}

test('on AWS a minute is a minute', async () => {
  const clock = clockHere({});
  expect(clock.endOfWait(0, 5)).toBe(300_000);
  expect(clock.endOfTime(0, 5)).toBe(300_000);
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
});

test('waits pass faster by the time scale in the environment', async () => {
  expect(clockHere({ LOCAL_TIME_SCALE: '60' }).endOfWait(0, 5)).toBe(5000);
  const { at, clock } = clockAt(60);
  await clock.wait(30_000);
  expect(at.now).toBe(1_000_500);
  expect(clock.minutesUntil(clock.endOfWait(1_000_000, 3))).toBe(2.5);
});

test('work in real time gets 20 seconds at least', () => {
  const { clock } = clockAt(60);
  expect(clock.endOfTime(0, 10)).toBe(20_000);
  expect(clock.endOfTime(0, 0.1)).toBe(6_000);
  expect(clockAt(2).clock.endOfTime(0, 10)).toBe(300_000);
  expect(clockAt(0.5).clock.endOfTime(0, 10)).toBe(1_200_000);
});

test.each(['0', '-1', 'fast'])('the time scale is refused: %s', (scale) => {
  expect(() => clockHere({ LOCAL_TIME_SCALE: scale })).toThrow('LOCAL_TIME_SCALE must be a number above 0');
});

test('durations are printed in minutes', () => {
  expect([0.2, 1, 1.1, 5].map(minutesText)).toEqual(['a minute', 'a minute', '2 minutes', '5 minutes']);
});
