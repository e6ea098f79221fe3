import type { AlarmState } from '../../../../local/kernel/ports';
import { AutoScaling } from '../../../../local/runtime/autoscaling/auto-scaling';
import type { GroupRequest } from '../../../../local/runtime/autoscaling/group';
import type { RefreshRequest } from '../../../../local/runtime/autoscaling/instance-refreshes';
import { type Fleet, fleet, groupRequest } from './controllable-servers';

let at: Fleet;
let alarms: Map<string, AlarmState>;

beforeEach(() => {
  alarms = new Map();
  at = fleet({ alarms: { state: (name) => alarms.get(name) } });
});

const V2 = { id: 'lt-1', version: '2' };

async function group(change: Partial<GroupRequest> = {}): Promise<void> {
  at.scaling.createGroup(groupRequest(change));
  await at.settle();
}

async function start(request: Partial<RefreshRequest> = {}) {
  const refresh = at.scaling.refreshes.start('fleet', { by: 'user', desiredTemplate: V2, ...request });
  await at.settle();
  return refresh;
}

const now = () => at.scaling.refreshes.list('fleet')[0]!;
const versions = () =>
  at.scaling.instances('fleet').map((one) => `${one.instanceId} v${one.launchTemplate.version} ${one.lifecycleState}`);

describe('a refresh', () => {
  const oneByOne = { MinHealthyPercentage: 100, MaxHealthyPercentage: 100, InstanceWarmup: 60 };

  test('launches first, and continues when the new instance is in service and warmed up (F28, F29)', async () => {
    await group();
    await start({ preferences: oneByOne });
    expect(versions()).toEqual(['i-001 v1 InService', 'i-002 v1 InService', 'i-003 v2 InService']);
    expect(now()).toMatchObject({
      status: 'InProgress',
      percentage: 0,
      toUpdate: 2,
      statusReason: 'Waiting for instances to warm up before continuing. For example: i-003 is warming up.',
    });
    await at.clock.advance(60_000);
    expect(versions()).toEqual(['i-002 v1 InService', 'i-003 v2 InService', 'i-004 v2 InService']);
    expect(now()).toMatchObject({ percentage: 50, toUpdate: 1 });
    await at.clock.advance(60_000);
    expect(now()).toMatchObject({ status: 'Successful', percentage: 100, toUpdate: 0 });
    expect(at.scaling.group('fleet')).toMatchObject({ launchTemplate: V2, desiredCapacity: 2 });
    expect(at.scaling.rolling.isStable('fleet')).toBe(true);
    const causes = at.scaling.activities('fleet').map(({ cause }) => cause);
    expect(causes.filter((cause) => cause.includes('in response to an instance refresh.'))).toHaveLength(4);
    expect(at.clock.pending).toBe(0);
  });

  test('waits in a group with ELB health until the load balancer finds the new instance healthy (F29)', async () => {
    await group({ healthCheckType: 'ELB' });
    for (const id of ['i-001', 'i-002']) at.targets.become(id, 'healthy');
    await start({ preferences: { ...oneByOne, InstanceWarmup: 0 } });
    expect(versions()).toHaveLength(3);
    at.targets.become('i-003', 'healthy');
    await at.settle();
    expect(versions()).toEqual(['i-002 v1 InService', 'i-003 v2 InService', 'i-004 v2 InService']);
    at.targets.become('i-004', 'healthy');
    await at.settle();
    expect(now().status).toBe('Successful');
  });

  test('is the only one of its group (F27)', async () => {
    await group();
    await start({ preferences: oneByOne });
    expect(() => at.scaling.refreshes.start('fleet', { by: 'user' })).toThrow(
      expect.objectContaining({
        code: 'InstanceRefreshInProgress',
        message: 'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
      }),
    );
  });

  test('prevents changes of its group’s launch template (F31)', async () => {
    await group();
    await start({ preferences: oneByOne });
    expect(() => at.scaling.updateGroup('fleet', { launchTemplate: { id: 'lt-1', version: '3' } })).toThrow(
      'An active instance refresh with a desired configuration exists.',
    );
    at.scaling.updateGroup('fleet', { desiredCapacity: 3 });
    await at.settle();
    expect(versions().filter((one) => one.includes('v2'))).toHaveLength(2);
  });

  test('fails after an hour without progress, and keeps the replaced instances (F29)', async () => {
    await group();
    await start({ preferences: { ...oneByOne, InstanceWarmup: 0 } });
    expect(now().status).toBe('Successful');
    at.servers.refusal = 'There is no capacity.';
    await start({ desiredTemplate: { id: 'lt-1', version: '3' } });
    await at.clock.advance(3_600_000);
    expect(now()).toMatchObject({ status: 'Failed', percentage: 0 });
    expect(now().statusReason).toContain('There is no capacity. Launching EC2 instance failed.');
    expect(at.scaling.group('fleet')).toMatchObject({ launchTemplate: V2 });
  });

  test('waits at its checkpoints, and for its bake time at the end (F22)', async () => {
    await group();
    const preferences = {
      ...oneByOne,
      InstanceWarmup: 0,
      CheckpointPercentages: [50, 100],
      CheckpointDelay: 600,
      BakeTime: 300,
    };
    await start({ preferences });
    expect(now()).toMatchObject({ status: 'InProgress', percentage: 50 });
    await at.clock.advance(599_000);
    expect(now().percentage).toBe(50);
    await at.clock.advance(1_000);
    expect(now()).toMatchObject({ status: 'Baking', percentage: 100 });
    await at.clock.advance(300_000);
    expect(now().status).toBe('Successful');
  });

  test('pauses while the process InstanceRefresh is suspended', async () => {
    await group();
    at.scaling.suspend('fleet', ['InstanceRefresh']);
    await start({ preferences: { ...oneByOne, InstanceWarmup: 0 } });
    expect(versions()).toEqual(['i-001 v1 InService', 'i-002 v1 InService']);
    at.scaling.resume('fleet', ['InstanceRefresh']);
    await at.settle();
    expect(now().status).toBe('Successful');
  });

  test('waits for an instance at a launch hook (F32)', async () => {
    await group();
    const hook = { group: 'fleet', name: 'ready', transition: 'autoscaling:EC2_INSTANCE_LAUNCHING' as const };
    at.scaling.hooks.put({ ...hook, heartbeatTimeout: 600, defaultResult: 'ABANDON' });
    await start({ preferences: { ...oneByOne, InstanceWarmup: 0 } });
    expect(versions()).toEqual(['i-001 v1 InService', 'i-002 v1 InService', 'i-003 v2 Pending:Wait']);
    at.scaling.hooks.complete({ group: 'fleet', hook: 'ready', instanceId: 'i-003' }, 'CONTINUE');
    await at.settle();
    expect(versions()[0]).toBe('i-002 v1 InService');
  });
});

describe('alarms of a refresh', () => {
  const watched = { AlarmSpecification: { Alarms: ['errors'] }, InstanceWarmup: 300 };

  test.each([['ALARM'], ['INSUFFICIENT_DATA'], [undefined]] as const)(
    'in %s prevent its start (F30)',
    async (state) => {
      await group();
      if (state) alarms.set('errors', state);
      expect(() => at.scaling.refreshes.start('fleet', { by: 'user', preferences: watched })).toThrow(
        'The alarm errors',
      );
      expect(at.scaling.refreshes.list('fleet')).toEqual([]);
    },
  );

  test('in ALARM during the refresh fail it (F30)', async () => {
    await group();
    alarms.set('errors', 'OK');
    await start({ preferences: watched });
    alarms.set('errors', 'ALARM');
    await at.clock.advance(10_000);
    expect(now()).toMatchObject({ status: 'Failed', statusReason: 'The alarm errors went into state ALARM.' });
  });

  test('with AutoRollback return it to the launch template that the group has kept (F30)', async () => {
    await group();
    alarms.set('errors', 'OK');
    await start({ preferences: { ...watched, AutoRollback: true } });
    expect(versions()).toEqual(['i-002 v1 InService', 'i-003 v2 InService']);
    alarms.set('errors', 'ALARM');
    await at.clock.advance(10_000);
    expect(now()).toMatchObject({
      status: 'RollbackInProgress',
      rollback: { reason: 'The alarm errors went into state ALARM.' },
    });
    await at.clock.advance(600_000);
    expect(now().status).toBe('RollbackSuccessful');
    expect(versions()).toEqual(['i-002 v1 InService', 'i-004 v1 InService']);
    expect(at.scaling.group('fleet')?.launchTemplate.version).toBe('1');
  });
});

describe('the end of a refresh', () => {
  test('by cancellation keeps the replaced instances, and no instance above the desired capacity (F27)', async () => {
    await group();
    await start({ preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 200, InstanceWarmup: 600 } });
    expect(versions()).toHaveLength(4);
    expect(at.scaling.refreshes.cancel('fleet').status).toBe('Cancelled');
    await at.settle();
    expect(versions()).toHaveLength(2);
    expect(() => at.scaling.refreshes.cancel('fleet')).toThrow(
      'No in progress or pending Instance Refresh found for Auto Scaling group fleet',
    );
  });

  test('by a rollback is possible only for a person’s refresh with a desired configuration (F23, F30)', async () => {
    await group();
    await start({
      by: 'cloudformation',
      desiredTemplate: undefined,
      preferences: { SkipMatching: false, InstanceWarmup: 60 },
    });
    expect(() => at.scaling.refreshes.rollback('fleet')).toThrow(
      expect.objectContaining({ code: 'IrreversibleInstanceRefresh' }),
    );
    at.scaling.refreshes.cancel('fleet');
    await start({ preferences: { InstanceWarmup: 60 } });
    at.scaling.refreshes.rollback('fleet');
    await at.clock.advance(600_000);
    expect(now().status).toBe('RollbackSuccessful');
    expect(versions().every((one) => one.includes('v1'))).toBe(true);
  });

  test('by a kill counts as failed, and the group is stable', async () => {
    await group();
    await start({ preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 200, InstanceWarmup: 600 } });
    await at.scaling.stop();
    const again = new AutoScaling(at.options);
    again.recover();
    await at.settle();
    expect(again.refreshes.list('fleet')).toMatchObject([
      { status: 'Failed', statusReason: 'The local runtime stopped while this was in progress.' },
    ]);
    expect(again.instances('fleet')).toHaveLength(2);
    expect(again.group('fleet')).toMatchObject({ launchTemplate: { version: '1' } });
  });
});
