import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import { resourceTags } from './resource-tags';

interface Properties {
  VpcId: string;
  ServiceName: string;
  VpcEndpointType?: string;
  SubnetIds?: string[];
  SecurityGroupIds?: string[];
  RouteTableIds?: string[];
  PrivateDnsEnabled?: boolean | string;
  PolicyDocument?: object;
  Tags?: { Key: string; Value: string }[];
}

/** VPC endpoints, as a record: instances reach the local endpoint without any. */
export function ec2VpcEndpoint(network: Network): Provider<Properties> {
  return {
    type: 'AWS::EC2::VPCEndpoint',
    fidelity: 'record',
    properties: {
      VpcId: 'record',
      ServiceName: 'record',
      VpcEndpointType: 'record',
      SubnetIds: 'record',
      SecurityGroupIds: 'record',
      RouteTableIds: 'record',
      PrivateDnsEnabled: 'record',
      PolicyDocument: 'record',
      Tags: 'record',
    },
    createOnly: ['VpcId', 'ServiceName', 'VpcEndpointType'],
    attributes: ['CreationTimestamp', 'DnsEntries', 'Id', 'NetworkInterfaceIds'],
    note: 'Stored. Every instance reaches the local endpoint, with any endpoints and policies.',

    async create(ctx, properties) {
      const endpoint = network.createEndpoint({
        vpcId: properties.VpcId,
        serviceName: properties.ServiceName,
        type: properties.VpcEndpointType ?? 'Gateway',
        tags: resourceTags(ctx, properties.Tags),
      });
      ctx.created(endpoint.id);
      return provided(endpoint.id, endpoint.createdAt);
    },

    update: async (_ctx, current) => provided(current.physicalId, network.endpoints.get(current.physicalId)!.createdAt),
    delete: async (_ctx, current) => network.endpoints.delete(current.physicalId),
  };
}

function provided(id: string, createdAt: string) {
  return {
    physicalId: id,
    attributes: { Id: id, CreationTimestamp: createdAt, DnsEntries: [], NetworkInterfaceIds: [] },
  };
}
