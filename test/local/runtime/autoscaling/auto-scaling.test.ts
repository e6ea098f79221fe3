import { AutoScaling } from '../../../../local/runtime/autoscaling/auto-scaling';
import { type Fleet, fleet, groupRequest } from './controllable-servers';

let at: Fleet;

beforeEach(() => {
  at = fleet();
});

async function inService(change: Parameters<typeof groupRequest>[0] = {}): Promise<void> {
  at.scaling.createGroup(groupRequest(change));
  await at.settle();
}

const activities = () => at.scaling.activities('fleet').map(({ status, description }) => `${status}: ${description}`);

describe('a new group', () => {
  test('launches its minimum, spread over its zones, and registers each before it is in service (F33)', async () => {
    await inService();
    expect(at.states()).toEqual(['i-001 InService', 'i-002 InService']);
    expect(at.servers.launches.map(({ subnetId }) => subnetId)).toEqual(['subnet-a', 'subnet-b']);
    expect(at.targets.log).toEqual(['register i-001', 'register i-002']);
    expect(at.scaling.rolling.isStable('fleet')).toBe(true);
  });

  test('launches with the tags that propagate', async () => {
    const tags = [
      { key: 'Name', value: 'web', propagateAtLaunch: true },
      { key: 'Owner', value: 'me', propagateAtLaunch: false },
    ];
    await inService({ tags });
    expect(at.servers.launches[0]?.tags).toEqual({ Name: 'web', 'aws:autoscaling:groupName': 'fleet' });
  });

  test('describes its activities and their causes in AWS’s words', async () => {
    await inService();
    expect(activities()).toEqual([
      'Successful: Launching a new EC2 instance: i-002',
      'Successful: Launching a new EC2 instance: i-001',
    ]);
    expect(at.scaling.activities('fleet')[0]?.cause).toBe(
      'At 2026-01-01T00:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 2.  At 2026-01-01T00:00:00Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2.',
    );
  });

  test('is refused with impossible subnets, target groups or sizes', () => {
    const create = (change: object) => () => at.scaling.createGroup(groupRequest(change));
    expect(create({ subnets: ['subnet-x'] })).toThrow("The subnet ID 'subnet-x' does not exist");
    expect(create({ targetGroups: ['arn:other'] })).toThrow('Provided Target Groups may not be valid: arn:other');
    expect(create({ minSize: 4, maxSize: 10, desiredCapacity: 2 })).toThrow(
      'Desired capacity:2 must be between the specified min size:4 and max size:10',
    );
    expect(at.scaling.groups()).toEqual([]);
  });

  test('is refused with a launch template whose AMI is missing, with AWS’s message', () => {
    at.servers.unlaunchable = "The image id '[ami-1]' does not exist";
    expect(() => at.scaling.createGroup(groupRequest())).toThrow(
      "You must use a valid fully-formed launch template. The image id '[ami-1]' does not exist",
    );
    expect(at.scaling.groups()).toEqual([]);
  });
});

test('is updated only as a whole if the AMI of its launch template is missing; sizes alone are accepted', async () => {
  await inService();
  at.servers.unlaunchable = "The image id '[ami-1]' does not exist";
  const { launchTemplate } = groupRequest();
  expect(() => at.scaling.updateGroup('fleet', { minSize: 1, maxSize: 1, launchTemplate })).toThrow('fully-formed');
  await at.settle();
  expect(at.states()).toEqual(['i-001 InService', 'i-002 InService']);
  expect(at.scaling.updateGroup('fleet', { maxSize: 9 }).maxSize).toBe(9);
});

describe('the capacity of a group', () => {
  test('is raised by a larger minimum, and lowered by a smaller maximum (F35)', async () => {
    await inService();
    expect(at.scaling.updateGroup('fleet', { minSize: 3 }).desiredCapacity).toBe(3);
    expect(at.scaling.updateGroup('fleet', { minSize: 1, maxSize: 1 }).desiredCapacity).toBe(1);
    await at.settle();
    expect(at.states()).toHaveLength(1);
  });

  test('is refused out of range, with AWS’s message (F35)', async () => {
    await inService();
    expect(() => at.scaling.setDesiredCapacity('fleet', 5)).toThrow(
      'Desired capacity:5 must be between the specified min size:2 and max size:4',
    );
  });

  test('shrinks in the fullest zone first, and there the oldest launch template first', async () => {
    await inService();
    at.scaling.updateGroup('fleet', { launchTemplate: { id: 'lt-1', version: '2' }, desiredCapacity: 4 });
    await at.settle();
    at.scaling.setDesiredCapacity('fleet', 2);
    await at.settle();
    expect(at.states()).toEqual(['i-003 InService', 'i-004 InService']);
    expect(at.scaling.activities('fleet').find(({ description }) => description.startsWith('Term'))?.cause).toContain(
      'shrinking the capacity from 4 to 2.',
    );
  });

  test('cannot be decremented below the minimum by a termination; without a decrement the instance is replaced', async () => {
    await inService();
    expect(() => at.scaling.terminateInstance('i-001', { decrement: true })).toThrow(
      "Currently, desiredSize equals minSize (2). Terminating instance without replacement will violate group's min size constraint.",
    );
    at.scaling.terminateInstance('i-001', { decrement: false });
    await at.settle();
    expect(at.states()).toEqual(['i-002 InService', 'i-003 InService']);
  });

  test('launches nothing while Launch is suspended, and catches up when it is resumed', async () => {
    await inService();
    at.scaling.suspend('fleet', ['Launch']);
    at.scaling.setDesiredCapacity('fleet', 3);
    await at.settle();
    expect(at.states()).toHaveLength(2);
    at.scaling.resume('fleet', ['Launch']);
    await at.settle();
    expect(at.states()).toHaveLength(3);
    expect(() => at.scaling.suspend('fleet', ['Sleep'])).toThrow('Sleep is not a valid process type');
  });
});

describe('an instance that leaves', () => {
  test('is drained before its termination (F34)', async () => {
    await inService();
    let drained = () => {};
    at.targets.hold = new Promise((resolve) => {
      drained = resolve;
    });
    at.scaling.terminateInstance('i-001', { decrement: false });
    await at.settle();
    expect(at.states()).toContain('i-001 Terminating');
    expect(at.servers.running).toContain('i-001');
    expect(activities()).toContain('WaitingForELBConnectionDraining: Terminating EC2 instance: i-001');
    drained();
    await at.settle();
    expect(at.servers.running).not.toContain('i-001');
    expect(at.states()).toEqual(['i-002 InService', 'i-003 InService']);
  });

  test('is replaced if it ended by itself, a young one after a pause', async () => {
    await inService();
    at.servers.end('i-001');
    await at.settle();
    expect(at.states()).toEqual(['i-002 InService']);
    await at.clock.advance(5_000);
    expect(at.states()).toEqual(['i-002 InService', 'i-003 InService']);
    await at.clock.advance(60_000);
    at.servers.end('i-002');
    await at.settle();
    expect(at.states()).toEqual(['i-003 InService', 'i-004 InService']);
  });

  test('is replaced as unhealthy in a group with ELB health, after its grace period (F33)', async () => {
    await inService({ healthCheckType: 'ELB', healthCheckGracePeriod: 120 });
    at.targets.become('i-001', 'unhealthy');
    await at.clock.advance(119_000);
    expect(at.states()).toContain('i-001 InService');
    await at.clock.advance(1_000);
    expect(at.states()).toEqual(['i-002 InService', 'i-003 InService']);
    expect(
      at.scaling.activities('fleet').some(({ cause }) => cause.includes('an ELB system health check failure')),
    ).toBe(true);
  });

  test('stays in a group without ELB health, even with an unhealthy target', async () => {
    await inService();
    at.targets.become('i-001', 'unhealthy');
    await at.clock.advance(600_000);
    expect(at.states()).toEqual(['i-001 InService', 'i-002 InService']);
  });

  test('is not replaced while HealthCheck is suspended, and is replaced when it is resumed (F9)', async () => {
    await inService();
    at.scaling.suspend('fleet', ['HealthCheck']);
    at.servers.end('i-001');
    await at.clock.advance(60_000);
    expect(at.states()).toContain('i-001 InService');
    at.scaling.resume('fleet');
    await at.clock.advance(10_000);
    expect(at.states()).toEqual(['i-002 InService', 'i-003 InService']);
  });
});

describe('launches that fail', () => {
  test('are Failed activities, and repeat after increasing waits', async () => {
    at.servers.refusal = 'The image id does not exist.';
    await inService({ minSize: 1 });
    const [failed] = at.scaling.activities('fleet');
    expect(failed).toMatchObject({
      status: 'Failed',
      statusMessage: 'The image id does not exist. Launching EC2 instance failed.',
    });
    await at.clock.advance(5_000);
    expect(at.scaling.activities('fleet')).toHaveLength(2);
    await at.clock.advance(9_000);
    expect(at.scaling.activities('fleet')).toHaveLength(2);
    at.servers.refusal = undefined;
    await at.clock.advance(1_000);
    expect(at.states()).toEqual(['i-001 InService']);
    expect(at.scaling.rolling.launchFailures('fleet')).toBe(0);
  });
});

describe('the end of a group', () => {
  test('terminates all its instances, including those being launched', async () => {
    let launched = () => {};
    at.servers.hold = new Promise((resolve) => {
      launched = resolve;
    });
    at.scaling.createGroup(groupRequest());
    const deleted = at.scaling.deleteGroup('fleet');
    launched();
    await at.settle();
    await deleted;
    expect(at.servers.running).toEqual([]);
    expect(at.scaling.groups()).toEqual([]);
    expect(at.scaling.activities()).toEqual([]);
  });

  test('does not stop the replacement of instances that died in a kill, even with a suspended health check', async () => {
    await inService();
    at.scaling.suspend('fleet', ['HealthCheck', 'ReplaceUnhealthy'], 'rolling-update');
    for (const id of at.servers.running) at.servers.states.delete(id);
    await at.scaling.stop();
    const again = new AutoScaling(at.options);
    again.recover();
    await at.settle();
    expect(again.instances('fleet').map(({ instanceId }) => instanceId)).toEqual(['i-003', 'i-004']);
  });

  test('does not delay the replacement of young instances after a kill, since they did not fail', async () => {
    await inService();
    await at.scaling.stop();
    const again = new AutoScaling(at.options);
    // EC2 tells of them before the groups recover.
    for (const id of [...at.servers.running]) at.servers.end(id);
    again.recover();
    await at.settle();
    expect(again.instances('fleet').map(({ instanceId }) => instanceId)).toEqual(['i-003', 'i-004']);
  });

  test('starts nothing more after the service has stopped', async () => {
    await inService();
    await at.scaling.stop();
    at.servers.end('i-001');
    await at.clock.advance(60_000);
    expect(at.servers.launches).toHaveLength(2);
    expect(at.clock.pending).toBe(0);
  });
});
