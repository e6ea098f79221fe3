import { type Earlier, lookBack } from '../../../lambdas/look-back/look-back';

const good: Earlier = {
  environment: 'dev',
  version: '1.0.9',
  health: { replaced: 0, ended: 0, again: false },
  unhealthy: [],
};
const last = { instanceId: 'i-0abc', at: new Date('2026-01-01T12:00:00Z') };

test('the version serves there and stays healthy: it may go on', () => {
  expect(lookBack('1.0.9', good)).toBe('dev serves 1.0.9, and its servers stayed healthy');
});

test('a server was replaced as unhealthy: it may not', () => {
  const refused = () => lookBack('1.0.9', { ...good, health: { replaced: 1, ended: 0, again: false, last } });
  expect(refused).toThrow(
    'dev replaced a server of 1.0.9 as unhealthy within the last hour, i-0abc at 2026-01-01T12:00:00.000Z: it goes into no other environment',
  );
});

test('the service ended by itself: it may not', () => {
  const refused = () => lookBack('1.0.9', { ...good, health: { replaced: 0, ended: 3, again: false } });
  expect(refused).toThrow(
    'in dev, the service of 1.0.9 ended 3 times by itself within the last hour: it goes into no other environment',
  );
});

test('a server is unhealthy now: it may not', () => {
  const refused = () => lookBack('1.0.9', { ...good, unhealthy: ['i-0abc', 'i-0def'] });
  expect(refused).toThrow('in dev, i-0abc, i-0def of 1.0.9 are unhealthy: it goes into no other environment');
});

test('the environment went back to a version before: it may not', () => {
  expect(() => lookBack('1.0.10', good)).toThrow('dev went back to 1.0.9: 1.0.10 goes into no other environment');
});

test('the environment has gone on to a later version, whose health tells nothing of this one', () => {
  const sick = {
    ...good,
    version: '1.0.10',
    health: { replaced: 3, ended: 5, again: true, last },
    unhealthy: ['i-0abc'],
  };
  expect(lookBack('1.0.9', sick)).toBe('dev has gone on to 1.0.10');
});
