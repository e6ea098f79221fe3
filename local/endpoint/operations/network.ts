import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/failure';
import type { Network } from '../../runtime/network/network';
import type {
  InternetGateway,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Tags,
  Vpc,
} from '../../runtime/network/records';
import type { Handlers } from '../handlers';

/** EC2's operations on networks. They are part of the service EC2, and are joined with the others there. */
export function networkOperations(network: Network): Handlers<typeof sdk> {
  return {
    DescribeVpcs({ VpcIds: ids, Filters: filters }, { scope }) {
      const wanted = select(network.vpcs.values(), { ids, filters, fields: ({ id }) => ({ 'vpc-id': id }) });
      return { Vpcs: wanted.map((vpc) => describeVpc(vpc, scope.account)) };
    },

    DescribeSubnets({ SubnetIds: ids, Filters: filters }, { scope }) {
      const fields = (subnet: Subnet) => ({
        'vpc-id': subnet.vpcId,
        'subnet-id': subnet.id,
        'availability-zone': subnet.availabilityZone,
        availabilityZone: subnet.availabilityZone,
      });
      const wanted = select(network.subnets.values(), { ids, filters, fields });
      return { Subnets: wanted.map((subnet) => describeSubnet(subnet, { network, account: scope.account })) };
    },

    DescribeSecurityGroups({ GroupIds: ids, Filters: filters }, { scope }) {
      const fields = ({ id, name, vpcId }: SecurityGroup) => ({ 'vpc-id': vpcId, 'group-id': id, 'group-name': name });
      const wanted = select(network.securityGroups.values(), { ids, filters, fields });
      return { SecurityGroups: wanted.map((group) => describeSecurityGroup(group, scope.account)) };
    },

    DescribeRouteTables({ RouteTableIds: ids, Filters: filters }, { scope }) {
      const wanted = select(network.routeTables.values(), {
        ids,
        filters,
        fields: ({ vpcId }) => ({ 'vpc-id': vpcId }),
      });
      return { RouteTables: wanted.map((table) => describeRouteTable(table, scope.account)) };
    },

    DescribeInternetGateways({ InternetGatewayIds: ids, Filters: filters }, { scope }) {
      const fields = ({ vpcId }: InternetGateway) => ({ 'attachment.vpc-id': vpcId ?? '' });
      const wanted = select(network.internet.gateways.values(), { ids, filters, fields });
      return {
        InternetGateways: wanted.map(({ id, tags, vpcId }) => ({
          InternetGatewayId: id,
          OwnerId: scope.account,
          Attachments: vpcId ? [{ State: 'attached', VpcId: vpcId }] : [],
          Tags: tagList(tags),
        })) as sdk.InternetGateway[],
      };
    },
  };
}

interface Selection<T> {
  readonly ids?: readonly string[];
  readonly filters?: readonly sdk.Filter[];
  /** Returns the fields that the filters know besides tags. */
  fields(record: T): Readonly<Record<string, string>>;
}

/** Records by id and by EC2's filters. */
function select<T extends { id: string; tags: Tags }>(records: readonly T[], selection: Selection<T>): T[] {
  const { ids = [], filters = [], fields } = selection;
  return records.filter((record) => {
    if (ids.length > 0 && !ids.includes(record.id)) return false;
    return filters.every(({ Name: name = '', Values: values = [] }) => {
      if (name === 'tag-key') return values.some((key) => record.tags[key] !== undefined);
      if (name.startsWith('tag:')) return values.includes(record.tags[name.slice(4)] ?? '');
      const value = fields(record)[name];
      if (value === undefined) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
      return values.includes(value);
    });
  });
}

function tagList(tags: Tags): sdk.Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function describeVpc(vpc: Vpc, account: string): sdk.Vpc {
  return {
    VpcId: vpc.id,
    CidrBlock: vpc.cidrBlock,
    State: 'available',
    OwnerId: account,
    InstanceTenancy: 'default',
    IsDefault: false,
    Tags: tagList(vpc.tags),
  };
}

function describeSubnet(subnet: Subnet, { network, account }: { network: Network; account: string }): sdk.Subnet {
  return {
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.availabilityZone,
    AvailableIpAddressCount: network.freeAddresses(subnet),
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    DefaultForAz: false,
    State: 'available',
    OwnerId: account,
    Tags: tagList(subnet.tags),
  };
}

function describeSecurityGroup(group: SecurityGroup, account: string): sdk.SecurityGroup {
  const permissions = (direction: SecurityGroupRule['direction']) =>
    group.rules.filter((rule) => rule.direction === direction).map(describeRule);
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: account,
    IpPermissions: permissions('ingress'),
    IpPermissionsEgress: permissions('egress'),
    Tags: tagList(group.tags),
  };
}

function describeRule({
  description: Description,
  fromPort,
  peer,
  protocol,
  toPort,
}: SecurityGroupRule): sdk.IpPermission {
  const kind = peer.startsWith('sg-')
    ? 'group'
    : peer.startsWith('pl-')
      ? 'list'
      : peer.includes(':')
        ? 'ipv6'
        : 'ipv4';
  return {
    IpProtocol: protocol,
    FromPort: fromPort,
    ToPort: toPort,
    IpRanges: kind === 'ipv4' ? [{ CidrIp: peer, Description }] : [],
    Ipv6Ranges: kind === 'ipv6' ? [{ CidrIpv6: peer, Description }] : [],
    UserIdGroupPairs: kind === 'group' ? [{ GroupId: peer, Description }] : [],
    PrefixListIds: kind === 'list' ? [{ PrefixListId: peer, Description }] : [],
  };
}

function describeRouteTable(table: RouteTable, account: string): sdk.RouteTable {
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: account,
    Associations: table.associations.map(({ id, subnetId }) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      SubnetId: subnetId,
      Main: false,
    })),
    Routes: table.routes.map(({ destination, target }) => ({
      ...(destination.includes(':')
        ? { DestinationIpv6CidrBlock: destination }
        : { DestinationCidrBlock: destination }),
      ...(target.startsWith('nat-') ? { NatGatewayId: target } : { GatewayId: target }),
      State: 'active',
    })) as sdk.Route[],
    Tags: tagList(table.tags),
  };
}
