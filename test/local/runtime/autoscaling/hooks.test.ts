import { type Fleet, fleet, groupRequest } from './controllable-servers';

let at: Fleet;

beforeEach(() => {
  at = fleet();
});

describe('lifecycle hooks', () => {
  const hook = (transition: 'LAUNCHING' | 'TERMINATING') => ({
    group: 'fleet',
    name: 'wait',
    transition: `autoscaling:EC2_INSTANCE_${transition}` as const,
    heartbeatTimeout: 60,
    defaultResult: 'ABANDON' as const,
  });

  test('a launch waits until its lifecycle action is completed (F32)', async () => {
    at.scaling.createGroup(groupRequest({ minSize: 1 }), [hook('LAUNCHING')]);
    await at.settle();
    expect(at.states()).toEqual(['i-001 Pending:Wait']);
    expect(at.targets.log).toEqual([]);
    at.scaling.hooks.complete({ group: 'fleet', hook: 'wait', instanceId: 'i-001' }, 'CONTINUE');
    await at.settle();
    expect(at.states()).toEqual(['i-001 InService']);
  });

  const waiting = { group: 'fleet', hook: 'wait', instanceId: 'i-001' };

  test('a launch that waits too long is terminated and replaced, with AWS’s messages (F32)', async () => {
    at.scaling.createGroup(groupRequest({ minSize: 1 }), [hook('LAUNCHING')]);
    await at.clock.advance(59_000);
    at.scaling.hooks.heartbeat(waiting);
    await at.clock.advance(59_000);
    expect(at.states()).toEqual(['i-001 Pending:Wait']);
    await at.clock.advance(1_000);
    expect(at.servers.running).toEqual([]);
    const launch = at.scaling.activities('fleet').at(-1);
    expect(launch).toMatchObject({ status: 'Cancelled' });
    expect(launch?.statusMessage).toMatch(
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token \S+ was abandoned: Heartbeat Timeout$/,
    );
    await at.clock.advance(5_000);
    expect(at.states()).toEqual(['i-002 Pending:Wait']);
  });

  test('an abandoned launch is terminated, and each further launch waits longer (F32)', async () => {
    at.scaling.createGroup(groupRequest({ minSize: 1 }), [hook('LAUNCHING')]);
    await at.settle();
    at.scaling.hooks.complete(waiting, 'ABANDON');
    await at.clock.advance(5_000);
    expect(at.states()).toEqual(['i-002 Pending:Wait']);
    at.scaling.hooks.complete({ ...waiting, instanceId: 'i-002' }, 'ABANDON');
    await at.clock.advance(9_000);
    expect(at.states()).toEqual([]);
    await at.clock.advance(1_000);
    expect(at.states()).toEqual(['i-003 Pending:Wait']);
    expect(at.targets.log).toEqual(expect.not.arrayContaining(['register i-001']));
    expect(at.scaling.activities('fleet').at(-1)?.description).toContain(
      'was abandoned: Lifecycle Action Completed with ABANDON Result',
    );
  });

  test('heartbeats extend a launch at most a hundred times (F32)', async () => {
    at.scaling.createGroup(groupRequest({ minSize: 1 }), [hook('LAUNCHING')]);
    for (let beat = 0; beat < 120; beat++) {
      await at.clock.advance(50_000);
      if (!at.states().includes('i-001 Pending:Wait')) break;
      at.scaling.hooks.heartbeat(waiting);
    }
    expect(at.clock.monotonic()).toBe(6_000_000);
  });

  test('a termination waits after draining (F32)', async () => {
    at.scaling.createGroup(groupRequest({ minSize: 1 }), [hook('TERMINATING')]);
    await at.settle();
    at.scaling.terminateInstance('i-001', { decrement: false });
    await at.settle();
    expect(at.states()).toEqual(['i-001 Terminating:Wait', 'i-002 InService']);
    expect(at.targets.log).toContain('deregister i-001');
    at.scaling.hooks.complete({ group: 'fleet', hook: 'wait', instanceId: 'i-001' }, 'CONTINUE');
    await at.settle();
    expect(at.states()).toEqual(['i-002 InService']);
    expect(() => at.scaling.hooks.complete({ group: 'fleet', hook: 'wait', token: 'x' }, 'CONTINUE')).toThrow(
      'No active Lifecycle Action found with token x',
    );
  });
});
