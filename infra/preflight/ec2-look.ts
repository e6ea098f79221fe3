import {
  DescribeSubnetsCommand,
  EC2Client,
  GetEbsEncryptionByDefaultCommand,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstanceTypes,
  paginateDescribeRouteTables,
  paginateDescribeVpcs,
  type RouteTable,
  type _InstanceType as TypeName,
} from '@aws-sdk/client-ec2';
import type { InstanceType, Look, Subnet } from './look';
import { remembered } from './remembered';

/** EC2's answers for a region: types, networks and running instances. */
export function ec2Look(
  region: string,
): Pick<Look, 'instanceTypes' | 'vcpusOfOthers' | 'countVpcs' | 'subnets' | 'encryptsDisksByDefault'> {
  const client = new EC2Client({ region });
  return {
    instanceTypes: remembered((names) => instanceTypes(client, names)),
    vcpusOfOthers: (repository) => vcpusOfOthers(client, repository),
    async countVpcs() {
      let count = 0;
      for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, {})) count += Vpcs.length;
      return count;
    },
    subnets: (ids) => subnets(client, ids),
    async encryptsDisksByDefault() {
      return (await client.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault === true;
    },
  };
}

async function instanceTypes(client: EC2Client, names: readonly string[]): Promise<InstanceType[]> {
  const zones = new Map<string, string[]>();
  const Filters = [{ Name: 'instance-type', Values: [...names] }];
  const asked = { LocationType: 'availability-zone' as const, Filters };
  for await (const { InstanceTypeOfferings = [] } of paginateDescribeInstanceTypeOfferings({ client }, asked)) {
    for (const { InstanceType: name = '', Location = '' } of InstanceTypeOfferings) {
      zones.set(name, [...(zones.get(name) ?? []), Location]);
    }
  }
  // The request is refused as a whole if one of them does not exist.
  if (zones.size === 0) return [];
  const found: InstanceType[] = [];
  const InstanceTypes = [...zones.keys()] as TypeName[];
  for await (const page of paginateDescribeInstanceTypes({ client }, { InstanceTypes })) {
    for (const { InstanceType: name = '', VCpuInfo, ProcessorInfo } of page.InstanceTypes ?? []) {
      found.push({
        name,
        vcpus: VCpuInfo?.DefaultVCpus ?? 0,
        architectures: ProcessorInfo?.SupportedArchitectures ?? [],
        zones: zones.get(name) ?? [],
      });
    }
  }
  return found;
}

async function vcpusOfOthers(client: EC2Client, repository: string): Promise<number> {
  const types: string[] = [];
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
    for (const { InstanceType: name = '', Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (!Tags.some(({ Key, Value }) => Key === 'Repository' && Value === repository)) types.push(name);
    }
  }
  if (types.length === 0) return 0;
  const sizes = new Map((await instanceTypes(client, [...new Set(types)])).map(({ name, vcpus }) => [name, vcpus]));
  return types.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
}

async function subnets(client: EC2Client, ids: readonly string[]): Promise<Subnet[]> {
  // As a filter, because a request by id is refused as a whole if one does not exist.
  const Filters = [{ Name: 'subnet-id', Values: [...new Set(ids)] }];
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({ Filters }));
  const vpcs = [...new Set(Subnets.map(({ VpcId = '' }) => VpcId))];
  if (vpcs.length === 0) return [];
  const tables: RouteTable[] = [];
  const ofVpcs = { Filters: [{ Name: 'vpc-id', Values: vpcs }] };
  for await (const page of paginateDescribeRouteTables({ client }, ofVpcs)) tables.push(...(page.RouteTables ?? []));
  return Subnets.map(({ SubnetId: id = '', VpcId: vpcId = '', AvailabilityZone: zone = '' }) => ({
    id,
    vpcId,
    zone,
    wayOut: wayOut(tables, { id, vpcId }),
  }));
}

/** By the subnet's own route table, or the main one of its VPC. */
function wayOut(tables: readonly RouteTable[], { id, vpcId }: { id: string; vpcId: string }): string | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id));
  const main = tables.find(
    ({ VpcId, Associations = [] }) => VpcId === vpcId && Associations.some((one) => one.Main === true),
  );
  const route = (own ?? main)?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  );
  return route?.GatewayId ?? route?.NatGatewayId ?? route?.TransitGatewayId ?? route?.NetworkInterfaceId;
}
