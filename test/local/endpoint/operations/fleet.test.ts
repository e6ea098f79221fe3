import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  EnterStandbyCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { autoscalingOperations } from '../../../../local/endpoint/operations/autoscaling';
import { elasticloadbalancingOperations } from '../../../../local/endpoint/operations/elasticloadbalancing';
import { networkOperations } from '../../../../local/endpoint/operations/network';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import { room, testScope } from '../../../rig/room';
import { networkOfOne } from '../../providers/network';
import { type Fleet, fleet, groupRequest } from '../../runtime/autoscaling/controllable-servers';
import { type Balancing, balancing } from '../../runtime/elasticloadbalancing/balancing';

const principal: Principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

let servers: Fleet;
let balancers: Balancing;
let networks: ReturnType<typeof networkOfOne>;
let endpoint: Endpoint;
let scaling: AutoScalingClient;
let balance: ElasticLoadBalancingV2Client;
let ec2: EC2Client;

beforeEach(async () => {
  servers = fleet();
  balancers = await balancing();
  networks = networkOfOne();
  endpoint = await startEndpoint({
    ...room(new SystemClock()),
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: {
      autoscaling: service(() => import('@aws-sdk/client-auto-scaling'), autoscalingOperations(servers.scaling)),
      elasticloadbalancing: service(
        () => import('@aws-sdk/client-elastic-load-balancing-v2'),
        elasticloadbalancingOperations(balancers.balancing),
      ),
      ec2: service(() => import('@aws-sdk/client-ec2'), networkOperations(networks.network)),
    },
  });
  const reach = { endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
  scaling = new AutoScalingClient(reach);
  balance = new ElasticLoadBalancingV2Client(reach);
  ec2 = new EC2Client(reach);
});

afterEach(async () => {
  for (const client of [scaling, balance, ec2]) client.destroy();
  await endpoint.close();
  await balancers.stop();
});

const fleetName = { AutoScalingGroupName: 'fleet' };

describe('Auto Scaling through the SDK', () => {
  beforeEach(async () => {
    const tags = [{ key: 'Environment', value: 'dev', propagateAtLaunch: true }];
    servers.scaling.createGroup(groupRequest({ tags }));
    await servers.settle();
  });

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

  test('changes capacity, and refuses in AWS’s words', async () => {
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

  test('describes hooks and completes their actions', async () => {
    const transition = 'autoscaling:EC2_INSTANCE_LAUNCHING' as const;
    servers.scaling.hooks.put({
      group: 'fleet',
      name: 'hold',
      transition,
      heartbeatTimeout: 60,
      defaultResult: 'ABANDON',
    });
    const { LifecycleHooks: hooks } = await scaling.send(new DescribeLifecycleHooksCommand(fleetName));
    expect(hooks).toMatchObject([{ LifecycleHookName: 'hold', HeartbeatTimeout: 60, GlobalTimeout: 6000 }]);
    servers.scaling.setDesiredCapacity('fleet', 3);
    await servers.settle();
    expect(servers.states()).toContain('i-003 Pending:Wait');
    const action = { ...fleetName, LifecycleHookName: 'hold', InstanceId: 'i-003', LifecycleActionResult: 'CONTINUE' };
    await scaling.send(new CompleteLifecycleActionCommand(action));
    await servers.settle();
    expect(servers.states()).toContain('i-003 InService');
  });

  test('refuses by name what it does not do', async () => {
    const standby = { ...fleetName, ShouldDecrementDesiredCapacity: true };
    await expect(scaling.send(new EnterStandbyCommand(standby))).rejects.toThrow('EnterStandby');
  });
});

describe('Elastic Load Balancing through the SDK', () => {
  test('describes load balancers, listeners and rules', async () => {
    const { LoadBalancers: found } = await balance.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
    expect(found).toMatchObject([
      { DNSName: `127.0.0.1:${balancers.port}`, State: { Code: 'active' }, Type: 'application' },
    ]);
    const LoadBalancerArn = found![0]!.LoadBalancerArn!;
    const { Listeners: listeners } = await balance.send(new DescribeListenersCommand({ LoadBalancerArn }));
    expect(listeners).toMatchObject([
      { Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: balancers.groupArn }] },
    ]);
    const { Rules: rules } = await balance.send(new DescribeRulesCommand({ ListenerArn: listeners![0]!.ListenerArn }));
    expect(rules).toMatchObject([{ IsDefault: true, Priority: 'default' }]);
    const { Attributes: attributes } = await balance.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
    );
    expect(attributes).toContainEqual({ Key: 'idle_timeout.timeout_seconds', Value: '60' });
    await expect(balance.send(new DescribeLoadBalancersCommand({ Names: ['none'] }))).rejects.toThrow(
      "'[none]' not found",
    );
  });

  test('describes target groups and the health of their targets', async () => {
    const TargetGroupArn = balancers.groupArn;
    const { TargetGroups: groups } = await balance.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }),
    );
    expect(groups).toMatchObject([{ Port: 8080, HealthCheckPath: '/health', LoadBalancerArns: [expect.any(String)] }]);
    await balancers.join('i-1');
    const health = async (ids?: string[]) =>
      (await balance.send(new DescribeTargetHealthCommand({ TargetGroupArn, Targets: ids?.map((Id) => ({ Id })) })))
        .TargetHealthDescriptions;
    expect(await health()).toMatchObject([{ Target: { Id: 'i-1', Port: 8080 }, TargetHealth: { State: 'healthy' } }]);
    expect(await health(['i-2'])).toMatchObject([
      { TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ]);
    const { Attributes } = await balance.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
    const { TagDescriptions } = await balance.send(new DescribeTagsCommand({ ResourceArns: [TargetGroupArn] }));
    expect(TagDescriptions).toEqual([{ ResourceArn: TargetGroupArn, Tags: [] }]);
  });

  test('registers and deregisters targets', async () => {
    const change = { TargetGroupArn: balancers.groupArn, Targets: [{ Id: 'i-9', Port: 9090 }] };
    await balance.send(new RegisterTargetsCommand(change));
    expect(balancers.balancing.targetGroups.describe(balancers.groupArn)).toMatchObject([
      { instanceId: 'i-9', port: 9090 },
    ]);
    await balance.send(new DeregisterTargetsCommand(change));
    expect(balancers.balancing.targetGroups.describe(balancers.groupArn)).toEqual([]);
  });
});

describe('networks through the SDK', () => {
  test('are described with what is in them, by id and by filter', async () => {
    const { network, subnetId, vpcId } = networks;
    const group = network.createSecurityGroup({ vpcId, name: 'web', description: 'web', tags: { Name: 'front' } });
    const rule = { direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80, peer: '0.0.0.0/0' } as const;
    network.authorize(group.id, [rule]);
    network.associate(network.createRouteTable({ vpcId, tags: {} }).id, subnetId);
    network.attach(network.createInternetGateway({}).id, vpcId);
    const ofVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
    expect((await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs).toMatchObject([
      { CidrBlock: '10.0.0.0/16' },
    ]);
    expect((await ec2.send(new DescribeSubnetsCommand(ofVpc))).Subnets).toMatchObject([
      { SubnetId: subnetId, AvailableIpAddressCount: 251, AvailabilityZone: 'eu-west-1a' },
    ]);
    const tagged = { Filters: [{ Name: 'tag:Name', Values: ['front'] }] };
    expect((await ec2.send(new DescribeSecurityGroupsCommand(tagged))).SecurityGroups).toMatchObject([
      { GroupName: 'web', IpPermissions: [{ FromPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
    ]);
    expect((await ec2.send(new DescribeRouteTablesCommand(ofVpc))).RouteTables).toMatchObject([
      { Associations: [{ SubnetId: subnetId }], Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' }] },
    ]);
    const attached = { Filters: [{ Name: 'attachment.vpc-id', Values: [vpcId] }] };
    expect((await ec2.send(new DescribeInternetGatewaysCommand(attached))).InternetGateways).toHaveLength(1);
    const wrong = ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] }));
    await expect(wrong).rejects.toThrow("The filter 'colour' is invalid");
  });
});
