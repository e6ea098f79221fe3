import { alarmsOf, approvalOf, hoursOf, strategyOf, verifyOf } from '../../../infra/settings/defaults';
import { environment } from '../synthesized';

const dev = environment('dev', 0);

test('an environment without a verification setting is verified by its health', () => {
  expect(verifyOf(dev)).toEqual({ path: '/health', status: 200, withinMinutes: 5 });
  expect(verifyOf({ ...dev, verify: { contains: '{version}', path: undefined } })).toEqual({
    path: '/health',
    status: 200,
    withinMinutes: 5,
    contains: '{version}',
  });
});

test('an environment without a strategy setting uses a rolling update', () => {
  expect(strategyOf(dev)).toEqual({ type: 'rolling' });
  const refresh = { type: 'instance-refresh', checkpoints: [], checkpointDelayMinutes: 60, bakeMinutes: 0 };
  expect(strategyOf({ ...dev, strategy: 'instance-refresh' })).toEqual(refresh);
  const strategy = { type: 'instance-refresh', checkpoints: [50, 100] } as const;
  expect(strategyOf({ ...dev, strategy })).toEqual({ ...refresh, ...strategy });
});

test('settings without a default stay absent, and given settings are completed', () => {
  expect([approvalOf(dev), alarmsOf(dev), hoursOf(dev)]).toEqual([undefined, undefined, undefined]);
  expect(approvalOf({ ...dev, approval: {} })).toEqual({ notify: [], timeoutMinutes: 10_080 });
  expect(alarmsOf({ ...dev, alarms: { unhealthyHosts: 1 } })).toEqual({ unhealthyHosts: 1, watchMinutes: 5 });
  expect(hoursOf({ ...dev, hours: { start: '08:00', stop: '18:00' } })).toEqual({
    start: '08:00',
    stop: '18:00',
    days: 'MON-FRI',
    timeZone: 'Etc/UTC',
  });
});
