import { FleetStack, NAME, POLICY, type Properties, properties } from './fleet-stack';

let stack: FleetStack;
let at: FleetStack['at'];

beforeEach(() => {
  stack = new FleetStack();
  at = stack.at;
});

const created = (first?: Properties) => stack.create(first);
const update = (to: Properties, policy?: object) => stack.update(to, policy);
const versions = () => stack.versions();
const group = () => stack.group();

describe('a rolling update', () => {
  test('adds a batch, waits for its signals, terminates old instances, and restores the sizes (F2)', async () => {
    await created();
    const rolling = await update(properties('2'));
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-003 v2']);
    expect(at.scaling.group(NAME)).toMatchObject({ temporaryMinSize: 3, desiredCapacity: 3 });
    rolling.signal('i-003');
    await at.settle();
    expect(versions()).toEqual(['i-002 v1', 'i-003 v2', 'i-004 v2']);
    rolling.signal('i-004');
    await at.settle();
    expect(rolling.outcome).toBe('done');
    expect(versions()).toEqual(['i-003 v2', 'i-004 v2']);
    expect(group()).toMatchObject({ minSize: 2, desiredCapacity: 2, suspended: [] });
    expect(group()).not.toHaveProperty('temporaryMinSize');
    expect(rolling.said).toEqual([
      'Rolling update initiated. Terminating 2 obsolete instance(s) in batches of 1, while keeping at least 2 instance(s) in service. Waiting on resource signals with a timeout of PT5M when new instances are added to the autoscaling group.',
      'Temporarily setting autoscaling group MinSize and DesiredCapacity to 3.',
      'New instance(s) added to autoscaling group - Waiting on 1 resource signal(s) with a timeout of PT5M.',
      'Received SUCCESS signal with UniqueId i-003',
      'Terminating instance(s) [i-001]; replacing with 1 new instance(s).',
      'Successfully terminated instance(s) [i-001] (Progress 50%).',
      'New instance(s) added to autoscaling group - Waiting on 1 resource signal(s) with a timeout of PT5M.',
      'Received SUCCESS signal with UniqueId i-004',
      'Terminating instance(s) [i-002]; replacing with 0 new instance(s).',
      'Successfully terminated instance(s) [i-002] (Progress 100%).',
    ]);
  });

  test('without room is refused before anything is changed (F6)', async () => {
    await created();
    const rolling = await update(properties('2', { MaxSize: '2' }));
    expect(rolling.outcome).toBe("MinInstancesInService must be less than the autoscaling group's MaxSize");
    expect(group()).toMatchObject({ maxSize: 4, launchTemplate: { version: '1' } });
  });

  test('suspends its processes while it runs, and keeps those suspended that others had suspended (F9)', async () => {
    await created();
    at.scaling.suspend(NAME, ['AZRebalance']);
    const rolling = await update(properties('2'));
    expect(
      group()
        .suspended.map(({ process }) => process)
        .sort(),
    ).toEqual(['AZRebalance', 'HealthCheck', 'ReplaceUnhealthy']);
    rolling.signal('i-003', 'FAILURE');
    await at.settle();
    expect(group().suspended.map(({ process }) => process)).toEqual(['AZRebalance']);
  });

  test('ignores signals of foreign instances, and second signals (F18)', async () => {
    await created();
    const rolling = await update(properties('2'));
    rolling.signal('i-001', 'FAILURE');
    rolling.signal('i-stranger', 'FAILURE');
    rolling.signal('i-003');
    rolling.signal('i-003', 'FAILURE');
    await at.settle();
    expect(rolling.outcome).toBe('running');
    expect(versions()).toEqual(['i-002 v1', 'i-003 v2', 'i-004 v2']);
  });

  test('counts an early signal once the group knows its instance', async () => {
    await created();
    let launched = () => {};
    at.servers.hold = new Promise((resolve) => {
      launched = resolve;
    });
    const rolling = await update(properties('2'));
    rolling.signal('i-003');
    launched();
    await at.settle();
    expect(versions()).toEqual(['i-002 v1', 'i-003 v2', 'i-004 v2']);
  });

  test('waits for an instance that has signalled but waits at a launch hook (F7)', async () => {
    await created();
    const hook = { LifecycleHookName: 'hold', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' };
    const rolling = await update(properties('2', { LifecycleHookSpecificationList: [hook] }));
    rolling.signal('i-003');
    await at.settle();
    expect(at.states(NAME)).toEqual(['i-001 InService', 'i-002 InService', 'i-003 Pending:Wait']);
    at.scaling.hooks.complete({ group: NAME, hook: 'hold', instanceId: 'i-003' }, 'CONTINUE');
    await at.settle();
    expect(versions()).not.toContain('i-001 v1');
  });

  test('without signals waits until new instances are in service, and pauses after each batch (F5)', async () => {
    await created();
    const policy = { MinInstancesInService: 2, MaxBatchSize: 2, PauseTime: 'PT1M' };
    const rolling = await update(properties('2'), policy);
    await at.clock.advance(59_000);
    expect(versions()).toHaveLength(4);
    await at.clock.advance(1_000);
    expect(rolling.outcome).toBe('done');
    expect(versions()).toEqual(['i-003 v2', 'i-004 v2']);
  });

  test('also needs signals of instances that a raised minimum in the same update launches', async () => {
    await created();
    const rolling = await update(properties('2', { MinSize: '3' }));
    expect(versions()).toHaveLength(3);
    expect(rolling.said).toEqual([
      'New instance(s) added to autoscaling group - Waiting on 1 resource signal(s) with a timeout of PT5M.',
    ]);
    rolling.signal('i-003');
    await at.settle();
    expect(rolling.said.some((text) => text.startsWith('Rolling update initiated.'))).toBe(true);
  });

  test('also replaces instances that were being launched at its start', async () => {
    await created();
    let launch = () => {};
    at.servers.hold = new Promise((resolve) => (launch = resolve));
    at.scaling.updateGroup(NAME, { desiredCapacity: 3 });
    const rolling = await update(properties('2'));
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1']);
    launch();
    await at.settle();
    for (const launched of ['i-004', 'i-005', 'i-006']) {
      rolling.signal(launched);
      await at.settle();
    }
    expect(rolling.outcome).toBe('done');
    expect(versions()).toEqual(['i-004 v2', 'i-005 v2', 'i-006 v2']);
  });

  test('resets a capacity that scaling changed during the roll (F16)', async () => {
    await created();
    const rolling = await update(properties('2'));
    at.scaling.setDesiredCapacity(NAME, 4);
    await at.settle();
    for (const id of ['i-003', 'i-004', 'i-005', 'i-006']) rolling.signal(id);
    await at.settle();
    expect(rolling.outcome).toBe('done');
    expect(group().desiredCapacity).toBe(2);
  });
});

describe('a roll fails', () => {
  test('at once on a FAILURE signal, with AWS’s message, and keeps its desired capacity (F15) (F18)', async () => {
    await created();
    const rolling = await update(properties('2'));
    rolling.signal('i-003', 'FAILURE');
    await at.settle();
    expect(rolling.outcome).toBe(
      'Received 1 FAILURE signal(s) out of 2.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
    );
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-003 v2']);
    expect(group()).toMatchObject({ minSize: 2, desiredCapacity: 3, suspended: [] });
    expect(group()).not.toHaveProperty('temporaryMinSize');
  });

  test('after the pause time if signals are missing (F2)', async () => {
    await created();
    const rolling = await update(properties('2'));
    await at.clock.advance(299_999);
    expect(rolling.outcome).toBe('running');
    await at.clock.advance(1);
    expect(rolling.outcome).toBe(
      'Received 0 SUCCESS signal(s) out of 2.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
    );
    expect(rolling.said.at(-1)).toBe(
      'Failed to receive 1 resource signal(s) for the current batch.  Each resource signal timeout is counted as a FAILURE.',
    );
  });

  test('at once if an instance ends before it signals, and names it', async () => {
    await created();
    const rolling = await update(properties('2'));
    at.servers.end('i-003', 'its init ended with status 1');
    await at.settle();
    expect(rolling.outcome).toContain('Instance i-003 ended before it signalled: its init ended with status 1.');
  });

  test('only if more than the tolerated percentage failed (J10)', async () => {
    await created();
    const rolling = await update(properties('2'), { ...POLICY, MinSuccessfulInstancesPercent: 50 });
    rolling.signal('i-003', 'FAILURE');
    await at.settle();
    rolling.signal('i-004');
    await at.settle();
    expect(rolling.outcome).toBe('done');
  });

  test('with the reason if launches keep failing', async () => {
    await created();
    at.servers.refusal = 'The image id does not exist.';
    const rolling = await update(properties('2'));
    await at.clock.advance(30_000);
    expect(rolling.outcome).toContain('Group did not stabilize. Last scaling activity: The image id does not exist.');
  });

  test('if it is cancelled', async () => {
    await created();
    const rolling = await update(properties('2'));
    rolling.cancel();
    await at.settle();
    expect(rolling.outcome).toBe('Resource update cancelled');
    expect(group().suspended).toEqual([]);
  });

  test('and is rolled back by an update to the earlier properties, which is a roll too (F8)', async () => {
    await created();
    const failed = await update(properties('2'));
    failed.signal('i-003', 'FAILURE');
    await at.settle();
    const back = await update(properties('1'));
    expect(back.said[0]).toContain('Terminating 1 obsolete instance(s) in batches of 1');
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-004 v1']);
    back.signal('i-004');
    await at.settle();
    expect(back.outcome).toBe('done');
    expect(group()).toMatchObject({ desiredCapacity: 3, launchTemplate: { version: '1' } });
  });

  test('and the rollback restores a desired capacity of the template (F15)', async () => {
    await created(properties('1', { DesiredCapacity: '2' }));
    const failed = await update(properties('2', { DesiredCapacity: '2' }));
    failed.signal('i-003', 'FAILURE');
    await at.settle();
    const back = await update(properties('1', { DesiredCapacity: '2' }));
    await at.settle();
    back.signal('i-004');
    await at.settle();
    expect(back.outcome).toBe('done');
    expect(group().desiredCapacity).toBe(2);
    expect(versions()).toHaveLength(2);
  });
});
