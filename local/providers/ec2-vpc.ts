import type { Provider, ProviderContext } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import type { Vpc } from '../runtime/network/records';
import { resourceTags } from './resource-tags';

interface Properties {
  CidrBlock: string;
  EnableDnsSupport?: boolean | string;
  EnableDnsHostnames?: boolean | string;
  InstanceTenancy?: string;
  Tags?: { Key: string; Value: string }[];
}

/** VPCs, as a record. */
export function ec2Vpc(network: Network): Provider<Properties> {
  const provided = (vpc: Vpc) => ({
    physicalId: vpc.id,
    attributes: {
      VpcId: vpc.id,
      CidrBlock: vpc.cidrBlock,
      CidrBlockAssociations: [],
      Ipv6CidrBlocks: [],
      DefaultNetworkAcl: vpc.defaultNetworkAcl,
      DefaultSecurityGroup: vpc.defaultSecurityGroup,
    },
  });
  return {
    type: 'AWS::EC2::VPC',
    fidelity: 'record',
    properties: {
      CidrBlock: 'record',
      EnableDnsSupport: 'record',
      EnableDnsHostnames: 'record',
      InstanceTenancy: 'record',
      Tags: 'record',
    },
    createOnly: ['CidrBlock'],
    attributes: [
      'CidrBlock',
      'CidrBlockAssociations',
      'DefaultNetworkAcl',
      'DefaultSecurityGroup',
      'Ipv6CidrBlocks',
      'VpcId',
    ],
    note: 'Kept and described. Instances are not in it: each has a loopback of its own.',

    async create(ctx, properties) {
      const vpc = network.createVpc({ cidrBlock: properties.CidrBlock, ...settings(ctx, properties) });
      ctx.created(vpc.id);
      return provided(vpc);
    },

    async update(ctx, current, next) {
      const vpc = { ...network.vpcs.get(current.physicalId)!, ...settings(ctx, next) };
      network.vpcs.put(vpc.id, vpc);
      return provided(vpc);
    },

    delete: async (_ctx, current) => network.deleteVpc(current.physicalId),
  };
}

function settings(ctx: ProviderContext, properties: Properties) {
  return {
    enableDnsSupport: String(properties.EnableDnsSupport ?? 'true') === 'true',
    enableDnsHostnames: String(properties.EnableDnsHostnames ?? 'false') === 'true',
    tags: resourceTags(ctx, properties.Tags),
  };
}
