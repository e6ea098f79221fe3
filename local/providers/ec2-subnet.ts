import type { Provider, ProviderContext } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import type { Subnet } from '../runtime/network/records';
import { resourceTags } from './resource-tags';

interface Properties {
  VpcId: string;
  CidrBlock: string;
  AvailabilityZone?: string;
  MapPublicIpOnLaunch?: boolean | string;
  Tags?: { Key: string; Value: string }[];
}

/** Subnets, as a record; they give instances their zone and a private address. */
export function ec2Subnet(network: Network): Provider<Properties> {
  const provided = (subnet: Subnet) => ({
    physicalId: subnet.id,
    attributes: {
      SubnetId: subnet.id,
      AvailabilityZone: subnet.availabilityZone,
      CidrBlock: subnet.cidrBlock,
      VpcId: subnet.vpcId,
      Ipv6CidrBlocks: [],
    },
  });
  return {
    type: 'AWS::EC2::Subnet',
    fidelity: 'record',
    properties: {
      VpcId: 'record',
      CidrBlock: 'record',
      AvailabilityZone: 'record',
      MapPublicIpOnLaunch: 'record',
      Tags: 'record',
    },
    createOnly: ['VpcId', 'CidrBlock', 'AvailabilityZone'],
    attributes: ['AvailabilityZone', 'CidrBlock', 'Ipv6CidrBlocks', 'SubnetId', 'VpcId'],
    note: 'Kept and described. Gives instances their zone and a private address that nothing routes to.',

    async create(ctx, properties) {
      const subnet = network.createSubnet({
        vpcId: properties.VpcId,
        cidrBlock: properties.CidrBlock,
        availabilityZone: properties.AvailabilityZone ?? `${ctx.scope.region}a`,
        ...settings(ctx, properties),
      });
      ctx.created(subnet.id);
      return provided(subnet);
    },

    async update(ctx, current, next) {
      const subnet = { ...network.subnets.get(current.physicalId)!, ...settings(ctx, next) };
      network.subnets.put(subnet.id, subnet);
      return provided(subnet);
    },

    delete: async (_ctx, current) => network.deleteSubnet(current.physicalId),
  };
}

function settings(ctx: ProviderContext, properties: Properties) {
  return {
    mapPublicIpOnLaunch: String(properties.MapPublicIpOnLaunch ?? 'false') === 'true',
    tags: resourceTags(ctx, properties.Tags),
  };
}
