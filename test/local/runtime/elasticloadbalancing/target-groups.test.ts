import { SystemClock } from '../../../../local/kernel/clock';
import { afterProbe, type Condition, matches, REGISTERED } from '../../../../local/runtime/elasticloadbalancing/health';
import { DEFAULT_HEALTH_CHECK, type HealthCheck } from '../../../../local/runtime/elasticloadbalancing/records';
import { DrivenClock } from '../../../rig/driven-clock';
import { until } from '../../../rig/until';
import { type Balancing, balancing } from './balancing';

const check: HealthCheck = { ...DEFAULT_HEALTH_CHECK, healthyThreshold: 3, unhealthyThreshold: 2 };
const good = { kind: 'answered', status: 200 } as const;
const bad = { kind: 'answered', status: 503 } as const;

/** The states after each check, from a new target on. */
function states(...probes: Parameters<typeof afterProbe>[1][]): string[] {
  let condition: Condition = REGISTERED;
  return probes.map((probe) => {
    condition = afterProbe(condition, probe, check);
    return `${condition.health.state} ${condition.health.reason ?? ''}`.trim();
  });
}

describe('the health of a target', () => {
  test('becomes healthy after the first good check of a new target, and after the threshold of an unhealthy one', () => {
    expect(states(good)).toEqual(['healthy']);
    expect(states(bad, bad, good, good, good).slice(1)).toEqual([
      'unhealthy Target.ResponseCodeMismatch',
      'unhealthy Target.ResponseCodeMismatch',
      'unhealthy Target.ResponseCodeMismatch',
      'healthy',
    ]);
  });

  test('becomes unhealthy after the threshold of bad checks in a row, with AWS’s reasons', () => {
    expect(states(bad, good, bad, good)).toEqual([
      'initial Elb.InitialHealthChecking',
      'healthy',
      'healthy',
      'healthy',
    ]);
    expect(states(good, { kind: 'timed-out' }, { kind: 'timed-out' })).toEqual([
      'healthy',
      'healthy',
      'unhealthy Target.Timeout',
    ]);
    expect(states({ kind: 'failed' }, { kind: 'failed' })[1]).toBe('unhealthy Target.FailedHealthChecks');
  });

  test('follows the matcher', () => {
    expect(matches('200', 200)).toBe(true);
    expect(matches('200-299', 204)).toBe(true);
    expect(matches('200,302', 301)).toBe(false);
  });
});

describe('a target group', () => {
  let at: Balancing;
  afterEach(() => at.stop());

  const health = (id: string) =>
    at.balancing.targetGroups.describe(at.groupArn).find(({ instanceId }) => instanceId === id);

  test('checks a new target at once, and then at its interval', async () => {
    const clock = new DrivenClock();
    at = await balancing({ clock });
    const target = await at.join('i-1');
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:00.000Z');
    target.unhealthy = 500;
    for (let n = 0; n < 2; n++) await nextCheck(clock);
    await at.becomes('i-1', 'unhealthy');
    expect(health('i-1')?.health).toEqual({
      state: 'unhealthy',
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [500]',
    });
  });

  test('checks a healthy target at most four times a second, at any time scale', async () => {
    at = await balancing({ clock: new SystemClock(10_000) });
    const { checks } = await at.join('i-1');
    await until(async () => checks.length >= 4, 50);
    const pauses = checks.slice(1).map((check, index) => check - checks[index]!);
    // The clock of the timers and that of the test differ by a millisecond or two.
    expect(Math.min(...pauses)).toBeGreaterThan(240);
  });

  test('is not checked without a listener', async () => {
    at = await balancing({ action: () => ({ type: 'fixed-response', statusCode: 200, messageBody: 'maintenance' }) });
    at.balancing.targetGroups.register(at.groupArn, 'i-1');
    expect(health('i-1')?.health).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
    expect((await at.get()).body).toBe('maintenance');
  });

  test('drains a target until its requests in flight are done, and sends it no new ones (F34)', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    let finish = () => {};
    const begun = new Promise<void>((resolve) => {
      target.handler = (_request, response) => {
        finish = () => response.end('finished');
        resolve();
      };
    });
    const answer = at.get();
    await begun;
    const drained = at.balancing.targetGroups.deregister(at.groupArn, 'i-1');
    expect(health('i-1')?.health).toMatchObject({ state: 'draining', reason: 'Target.DeregistrationInProgress' });
    expect((await at.get()).status).toBe(503);
    finish();
    expect((await answer).body).toBe('finished');
    await drained;
    expect(at.balancing.targetGroups.describe(at.groupArn)).toEqual([]);
  });

  test('cuts requests in flight after the deregistration delay (F34)', async () => {
    const clock = new DrivenClock();
    at = await balancing({ clock, groupAttributes: { 'deregistration_delay.timeout_seconds': '30' } });
    const target = await at.join('i-1');
    const begun = new Promise<void>((resolve) => {
      target.handler = () => resolve();
    });
    const answer = at.get().catch((error: Error) => error.message);
    await begun;
    const drained = at.balancing.targetGroups.deregister(at.groupArn, 'i-1');
    await clock.advance(29_999);
    expect(health('i-1')?.health.state).toBe('draining');
    await clock.advance(1);
    await drained;
    expect(await answer).toBe('socket hang up');
  });

  test('can register a draining target again', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    let finish = () => {};
    const begun = new Promise<void>((resolve) => {
      target.handler = (_request, response) => {
        finish = () => response.end('old');
        resolve();
      };
    });
    const answer = at.get();
    await begun;
    const drained = at.balancing.targetGroups.deregister(at.groupArn, 'i-1');
    target.handler = (_request, response) => response.end('new');
    at.balancing.targetGroups.register(at.groupArn, 'i-1');
    await at.becomes('i-1', 'healthy');
    expect((await at.get()).body).toBe('new');
    finish();
    expect((await answer).body).toBe('old');
    await drained;
    expect(health('i-1')?.health.state).toBe('healthy');
  });

  test('refuses unsupported settings, and those that AWS refuses', async () => {
    at = await balancing();
    const { targetGroups } = at.balancing;
    const request = { name: 'other', port: 80, healthCheck: {}, attributes: {}, tags: {} };
    const create = (change: object) => () => targetGroups.create({ ...request, ...change });
    expect(create({ attributes: { 'stickiness.enabled': 'true' } })).toThrow('stickiness is not supported');
    expect(create({ healthCheck: { timeoutSeconds: 30 } })).toThrow('interval must be greater than the timeout');
    expect(create({ healthCheck: { matcher: 'ok' } })).toThrow("matcher HTTP code 'ok' is not valid");
    expect(create({ name: 'servers' })).toThrow("A target group with the same name 'servers' exists");
    expect(() => at.balancing.deleteTargetGroup(at.groupArn)).toThrow('is currently in use by a listener or a rule');
    expect(() => targetGroups.register('arn:none', 'i-1')).toThrow("Target groups 'arn:none' not found");
  });
});

/** Waits until a check is planned, and lets its time come. */
async function nextCheck(clock: DrivenClock): Promise<void> {
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(5_000);
}
