import { StackEngine } from '../../../local/engine/engine';
import { autoScalingGroup } from '../../../local/providers/auto-scaling-group';
import { request, someone } from '../engine/desk';
import { fleet } from '../runtime/autoscaling/controllable-servers';

const LOGICAL_ID = 'Fleet';

/** A stack of one group, rolled by an engine, over controllable servers. */
function fleetStack() {
  const at = fleet();
  const provider = autoScalingGroup(at.scaling, at.clock);
  const engine = new StackEngine({
    ...at,
    providers: new Map([[provider.type, provider as never]]),
    parameters: { value: () => undefined },
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  });
  const template = (version: string, pauseTime = 'PT5M', MaxSize = '4') => ({
    Resources: {
      [LOGICAL_ID]: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          MinSize: '2',
          MaxSize,
          VPCZoneIdentifier: ['subnet-a', 'subnet-b'],
          LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: version },
        },
        UpdatePolicy: {
          AutoScalingRollingUpdate: {
            MinInstancesInService: 2,
            MaxBatchSize: 2,
            WaitOnResourceSignals: true,
            PauseTime: pauseTime,
            SuspendProcesses: ['HealthCheck', 'ScheduledActions'],
          },
        },
      },
    },
  });
  const group = () => at.scaling.groups()[0]!;
  return {
    ...at,
    engine,
    template,
    group,
    status: () => engine.describe('desk')?.status,
    versions: () => at.scaling.instances().map((one) => `${one.instanceId} v${one.launchTemplate.version}`),
    signal: (uniqueId: string, status: 'SUCCESS' | 'FAILURE' = 'SUCCESS') =>
      engine.signal({ stackName: 'desk', logicalId: LOGICAL_ID, uniqueId, status }),
    async create(pauseTime?: string) {
      engine.startCreate(request(template('1', pauseTime)));
      await at.settle();
    },
  };
}

const suspended = (stack: ReturnType<typeof fleetStack>) => stack.group().suspended.map(({ process }) => process);

describe('a roll whose rollback fails too', () => {
  /** The new version fails. Going back, the old one is launched again, under the old template's policy (F8). */
  async function failing() {
    const stack = fleetStack();
    await stack.create('PT1M');
    stack.engine.startUpdate(request(stack.template('2', 'PT15M')));
    await stack.settle();
    expect(stack.versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-003 v2', 'i-004 v2']);
    return stack;
  }

  test('because an old PauseTime is too short ends in UPDATE_ROLLBACK_FAILED, and is continued (E3) (H11, F8)', async () => {
    const stack = await failing();
    stack.signal('i-003', 'FAILURE');
    await stack.settle();
    expect(stack.versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-005 v1', 'i-006 v1']);
    await stack.clock.advance(60_000);
    expect(stack.status()).toBe('UPDATE_ROLLBACK_FAILED');
    expect(suspended(stack)).toEqual([]);
    await expect(stack.engine.update(request(stack.template('3')))).rejects.toThrow(
      'is in UPDATE_ROLLBACK_FAILED state and can not be updated.',
    );
    stack.engine.startContinuation({ stackName: 'desk', principal: someone });
    await stack.settle();
    expect(stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.group().launchTemplate.version).toBe('1');
  });

  test('because the old image is missing is continued when it is back, or without the group (E3) (H11)', async () => {
    const stack = await failing();
    stack.servers.refusal = "The image id '[ami-1]' does not exist.";
    stack.signal('i-003', 'FAILURE');
    await stack.clock.advance(60_000);
    expect(stack.status()).toBe('UPDATE_ROLLBACK_FAILED');
    expect(stack.engine.firstFailure('desk')).toContain(LOGICAL_ID);
    stack.engine.startContinuation({ stackName: 'desk', principal: someone });
    await stack.clock.advance(600_000);
    expect(stack.status()).toBe('UPDATE_ROLLBACK_FAILED');
    stack.engine.startContinuation({ stackName: 'desk', skip: [LOGICAL_ID], principal: someone });
    await stack.settle();
    expect(stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    stack.servers.refusal = undefined;
    stack.engine.startUpdate(request(stack.template('3')));
    await stack.clock.advance(0);
    for (const { instanceId } of stack.scaling.instances()) stack.signal(instanceId);
    await stack.settle();
    expect(stack.group().launchTemplate.version).toBe('3');
  });

  test('of a raised group keeps every server, although the old image is missing (F35)', async () => {
    const stack = fleetStack();
    await stack.create();
    stack.scaling.updateGroup(stack.group().name, { maxSize: 7, desiredCapacity: 7 });
    await stack.settle();
    expect(stack.servers.running).toHaveLength(7);
    stack.engine.startUpdate(request(stack.template('2', 'PT5M', '8')));
    await stack.settle();
    // The AMI of version 1 is deregistered, and the stack would set its maximum of 4 again.
    stack.servers.unlaunchable = "The image id '[ami-1]' does not exist";
    stack.signal(stack.servers.running.at(-1) ?? '', 'FAILURE');
    await stack.settle();
    expect(stack.status()).toBe('UPDATE_ROLLBACK_FAILED');
    expect(stack.engine.firstFailure('desk')).toContain(LOGICAL_ID);
    expect(stack.group()).toMatchObject({ maxSize: 8, desiredCapacity: 7 });
    await stack.clock.advance(600_000);
    expect(stack.servers.running).toHaveLength(7);
  });
});

test('the remains of a failed creation in ROLLBACK_COMPLETE are deleted, and the name is free again (E2)', async () => {
  const stack = fleetStack();
  stack.servers.refusal = 'There is no capacity.';
  await stack.create();
  await stack.clock.advance(60_000);
  expect(stack.status()).toBe('ROLLBACK_COMPLETE');
  expect(stack.scaling.groups()).toEqual([]);
  await stack.engine.delete('desk', someone);
  stack.servers.refusal = undefined;
  await stack.create();
  expect(stack.status()).toBe('CREATE_COMPLETE');
});
