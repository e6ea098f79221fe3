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
import { elasticloadbalancingOperations } from '../../../../local/endpoint/operations/elasticloadbalancing';
import { networkOperations } from '../../../../local/endpoint/operations/network';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import { room, testScope } from '../../../rig/room';
import { networkOfOne } from '../../providers/network';
import { type Balancing, balancing } from '../../runtime/elasticloadbalancing/balancing';

const principal: Principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

let balancers: Balancing;
let networks: ReturnType<typeof networkOfOne>;
let endpoint: Endpoint;
let balance: ElasticLoadBalancingV2Client;
let ec2: EC2Client;

beforeEach(async () => {
  balancers = await balancing();
  networks = networkOfOne();
  endpoint = await startEndpoint({
    ...room(new SystemClock()),
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: {
      elasticloadbalancing: service(
        () => import('@aws-sdk/client-elastic-load-balancing-v2'),
        elasticloadbalancingOperations(balancers.balancing),
      ),
      ec2: service(() => import('@aws-sdk/client-ec2'), networkOperations(networks.network)),
    },
  });
  const reach = { endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
  balance = new ElasticLoadBalancingV2Client(reach);
  ec2 = new EC2Client(reach);
});

afterEach(async () => {
  for (const client of [balance, ec2]) client.destroy();
  await endpoint.close();
  await balancers.stop();
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
  test('networks are described with their contents, by id and by filter', async () => {
    const { network, subnetId, vpcId } = networks;
    const group = network.createSecurityGroup({ vpcId, name: 'web', description: 'web', tags: { Name: 'front' } });
    const rule = { direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80, peer: '0.0.0.0/0' } as const;
    network.authorize(group.id, [rule]);
    network.associate(network.createRouteTable({ vpcId, tags: {} }).id, subnetId);
    network.internet.attach(network.internet.createGateway({}).id, vpcId);
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
