import { type Earlier, lookBack } from '../../../lambdas/look-back/look-back';

const good: Earlier = {
  environment: 'dev',
  version: '1.0.9',
  health: { replaced: 0, ended: 0, again: false },
  unhealthy: [],
};
const last = { instanceId: 'i-0abc', at: new Date('2026-01-01T12:00:00Z') };

test('an environment passes if it serves the version and stays healthy', () => {
  expect(lookBack('1.0.9', good)).toBe('dev serves 1.0.9, and its servers stayed healthy');
});

test('an environment with a server that was replaced as unhealthy fails', () => {
  const refused = () => lookBack('1.0.9', { ...good, health: { replaced: 1, ended: 0, again: false, last } });
  expect(refused).toThrow(
    'dev replaced a server of 1.0.9 as unhealthy within the last hour, i-0abc at 2026-01-01T12:00:00.000Z: it is not deployed to other environments',
  );
});

test('an environment whose service ended by itself fails', () => {
  const refused = () => lookBack('1.0.9', { ...good, health: { replaced: 0, ended: 3, again: false } });
  expect(refused).toThrow(
    'in dev, the service of 1.0.9 ended 3 times by itself within the last hour: it is not deployed to other environments',
  );
});

test('an environment with an unhealthy server fails', () => {
  const refused = () => lookBack('1.0.9', { ...good, unhealthy: ['i-0abc', 'i-0def'] });
  expect(refused).toThrow('in dev, i-0abc, i-0def of 1.0.9 are unhealthy: it is not deployed to other environments');
});

test('an environment that went back to an earlier version fails', () => {
  expect(() => lookBack('1.0.10', good)).toThrow(
    'dev went back to 1.0.9: 1.0.10 is not deployed to other environments',
  );
});

test('an environment that serves a later version passes, since its health does not concern this version', () => {
  const sick = {
    ...good,
    version: '1.0.10',
    health: { replaced: 3, ended: 5, again: true, last },
    unhealthy: ['i-0abc'],
  };
  expect(lookBack('1.0.9', sick)).toBe('dev already serves 1.0.10');
});
