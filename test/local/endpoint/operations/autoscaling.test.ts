import {
  type AutoScalingClient,
  CancelInstanceRefreshCommand,
  CompleteLifecycleActionCommand,
  DeleteLifecycleHookCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  EnterStandbyCommand,
  PutLifecycleHookCommand,
  RecordLifecycleActionHeartbeatCommand,
  ResumeProcessesCommand,
  RollbackInstanceRefreshCommand,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { type Fleet, groupRequest } from '../../runtime/autoscaling/controllable-servers';
import { type ScalingEndpoint, scalingEndpoint } from './scaling-endpoint';

const fleetName = { AutoScalingGroupName: 'fleet' };

let servers: Fleet;
let scaling: AutoScalingClient;
let endpoint: ScalingEndpoint;

describe('Auto Scaling through the SDK', () => {
  beforeEach(async () => {
    endpoint = await scalingEndpoint();
    servers = endpoint.servers;
    scaling = endpoint.client;
    const tags = [{ key: 'Environment', value: 'dev', propagateAtLaunch: true }];
    servers.scaling.createGroup(groupRequest({ tags }));
    await servers.settle();
  });

  afterEach(() => endpoint.close());

  test('describes groups, by name and by tag', async () => {
    const { AutoScalingGroups: groups } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
    expect(groups).toMatchObject([
      {
        ...fleetName,
        MinSize: 2,
        MaxSize: 4,
        DesiredCapacity: 2,
        VPCZoneIdentifier: 'subnet-a,subnet-b',
        AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
        LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' },
        Instances: [{ InstanceId: 'i-001', LifecycleState: 'InService' }, { InstanceId: 'i-002' }],
        Tags: [{ Key: 'Environment', Value: 'dev', PropagateAtLaunch: true }],
      },
    ]);
    const byTag = async (Name: string, value: string) =>
      (await scaling.send(new DescribeAutoScalingGroupsCommand({ Filters: [{ Name, Values: [value] }] })))
        .AutoScalingGroups;
    expect(await byTag('tag:Environment', 'dev')).toHaveLength(1);
    expect(await byTag('tag:Environment', 'prod')).toHaveLength(0);
    expect(await byTag('tag-key', 'Environment')).toHaveLength(1);
    await expect(byTag('colour', 'red')).rejects.toThrow('Filter type colour is not correct.');
  });

  test('describes instances and activities', async () => {
    const { AutoScalingInstances: instances } = await scaling.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: ['i-002'] }),
    );
    expect(instances).toMatchObject([{ ...fleetName, HealthStatus: 'HEALTHY', AvailabilityZone: 'eu-west-1b' }]);
    const { Activities: activities } = await scaling.send(new DescribeScalingActivitiesCommand(fleetName));
    expect(activities).toMatchObject([
      { Description: 'Launching a new EC2 instance: i-002', StatusCode: 'Successful', Progress: 100 },
      { Description: 'Launching a new EC2 instance: i-001' },
    ]);
    expect(JSON.parse(activities![0]!.Details!)).toEqual({
      'Subnet ID': 'subnet-b',
      'Availability Zone': 'eu-west-1b',
    });
  });

  test('changes capacity, and refuses with AWS’s message', async () => {
    await scaling.send(new SetDesiredCapacityCommand({ ...fleetName, DesiredCapacity: 3 }));
    await servers.settle();
    expect(servers.states()).toHaveLength(3);
    await scaling.send(new UpdateAutoScalingGroupCommand({ ...fleetName, MinSize: 1, DesiredCapacity: 1 }));
    await servers.settle();
    expect(servers.states()).toHaveLength(1);
    await expect(
      scaling.send(new SetDesiredCapacityCommand({ ...fleetName, DesiredCapacity: 9 })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Desired capacity:9 must be between the specified min size:1 and max size:4',
    });
    await expect(
      scaling.send(new UpdateAutoScalingGroupCommand({ ...fleetName, HealthCheckType: 'ELB' })),
    ).rejects.toThrow('UpdateAutoScalingGroup with HealthCheckType is not supported');
  });

  test('terminates an instance, with or without a replacement', async () => {
    const gone = { InstanceId: 'i-001', ShouldDecrementDesiredCapacity: false };
    const { Activity: activity } = await scaling.send(new TerminateInstanceInAutoScalingGroupCommand(gone));
    expect(activity?.Description).toBe('Terminating EC2 instance: i-001');
    await servers.settle();
    expect(servers.states()).toEqual(['i-002 InService', 'i-003 InService']);
  });

  test('suspends and resumes processes', async () => {
    await scaling.send(new SuspendProcessesCommand({ ...fleetName, ScalingProcesses: ['Launch'] }));
    expect(servers.scaling.group('fleet')?.suspended).toMatchObject([{ process: 'Launch' }]);
    await scaling.send(new ResumeProcessesCommand(fleetName));
    expect(servers.scaling.group('fleet')?.suspended).toEqual([]);
  });

  test('shows processes that a killed roll left suspended, and resumes them (F9)', async () => {
    servers.scaling.suspend('fleet', ['HealthCheck', 'AlarmNotification'], 'rolling-update');
    const shown = async () =>
      (await scaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups![0]!.SuspendedProcesses;
    expect(await shown()).toEqual([
      { ProcessName: 'HealthCheck', SuspensionReason: expect.stringMatching(/^User suspended at /) },
      { ProcessName: 'AlarmNotification', SuspensionReason: expect.any(String) },
    ]);
    await scaling.send(new ResumeProcessesCommand({ ...fleetName, ScalingProcesses: ['HealthCheck'] }));
    expect(await shown()).toMatchObject([{ ProcessName: 'AlarmNotification' }]);
  });

  test('scales to zero and back, with AWS’s activity messages', async () => {
    const sizes = (MinSize: number, DesiredCapacity: number) =>
      scaling.send(new UpdateAutoScalingGroupCommand({ ...fleetName, MinSize, DesiredCapacity }));
    await sizes(0, 0);
    await servers.settle();
    expect(servers.states()).toEqual([]);
    await sizes(2, 2);
    await servers.settle();
    expect(servers.states()).toHaveLength(2);
    const causes = (await scaling.send(new DescribeScalingActivitiesCommand(fleetName))).Activities!.map(
      ({ Cause }) => Cause,
    );
    const at = 'At 2026-01-01T00:00:00Z';
    expect(causes[0]).toBe(
      `${at} a user request update of AutoScalingGroup constraints to min: 2, max: 4, desired: 2 changing the desired capacity from 0 to 2.  ${at} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2.`,
    );
    expect(causes[2]).toMatch(
      /^At \S+ a user request update of AutoScalingGroup constraints to min: 0, max: 4, desired: 0 changing the desired capacity from 2 to 0\. {2}At \S+ an instance was taken out of service .*shrinking the capacity from 2 to 0\./,
    );
  });

  test('describes hooks and completes their actions', async () => {
    const transition = 'autoscaling:EC2_INSTANCE_LAUNCHING' as const;
    const made = { ...fleetName, LifecycleHookName: 'hold', LifecycleTransition: transition, HeartbeatTimeout: 60 };
    await scaling.send(new PutLifecycleHookCommand(made));
    const { LifecycleHooks: hooks } = await scaling.send(new DescribeLifecycleHooksCommand(fleetName));
    expect(hooks).toMatchObject([{ LifecycleHookName: 'hold', HeartbeatTimeout: 60, GlobalTimeout: 6000 }]);
    servers.scaling.setDesiredCapacity('fleet', 3);
    await servers.settle();
    expect(servers.states()).toContain('i-003 Pending:Wait');
    const action = { ...fleetName, LifecycleHookName: 'hold', InstanceId: 'i-003', LifecycleActionResult: 'CONTINUE' };
    await scaling.send(new CompleteLifecycleActionCommand(action));
    await servers.settle();
    expect(servers.states()).toContain('i-003 InService');
    await expect(scaling.send(new RecordLifecycleActionHeartbeatCommand(action))).rejects.toThrow(
      'No active Lifecycle Action found with instance ID i-003',
    );
    await scaling.send(new DeleteLifecycleHookCommand({ ...fleetName, LifecycleHookName: 'hold' }));
    expect(servers.scaling.hooks.list('fleet')).toEqual([]);
  });

  test('starts, describes, cancels and rolls back instance refreshes (F27)', async () => {
    const start = (preferences: object, version?: string) =>
      scaling.send(
        new StartInstanceRefreshCommand({
          ...fleetName,
          Preferences: preferences,
          DesiredConfiguration: version
            ? { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: version } }
            : undefined,
        }),
      );
    const { InstanceRefreshId: id } = await start({ MinHealthyPercentage: 100, InstanceWarmup: 60 }, '2');
    await servers.settle();
    const described = async () =>
      (await scaling.send(new DescribeInstanceRefreshesCommand(fleetName))).InstanceRefreshes!;
    expect(await described()).toMatchObject([
      {
        InstanceRefreshId: id,
        Status: 'InProgress',
        PercentageComplete: 0,
        InstancesToUpdate: 2,
        Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 100, SkipMatching: false },
        DesiredConfiguration: { LaunchTemplate: { Version: '2' } },
      },
    ]);
    await expect(start({})).rejects.toMatchObject({ name: 'InstanceRefreshInProgressFault' });
    await scaling.send(new RollbackInstanceRefreshCommand(fleetName));
    expect(await described()).toMatchObject([
      { Status: 'RollbackInProgress', RollbackDetails: { InstancesToUpdateOnRollback: 2 } },
    ]);
    const cancelled = await scaling.send(new CancelInstanceRefreshCommand(fleetName));
    expect(cancelled.InstanceRefreshId).toBe(id);
    await expect(scaling.send(new CancelInstanceRefreshCommand(fleetName))).rejects.toMatchObject({
      name: 'ActiveInstanceRefreshNotFoundFault',
    });
    await expect(start({}, '$Latest')).rejects.toThrow('Version $Latest of a launch template is not supported');
  });

  test('refuses unsupported operations by name', async () => {
    const standby = { ...fleetName, ShouldDecrementDesiredCapacity: true };
    await expect(scaling.send(new EnterStandbyCommand(standby))).rejects.toThrow('EnterStandby');
  });
});
