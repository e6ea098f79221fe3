import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import { resourceTags } from './resource-tags';

interface Properties {
  VpcId: string;
  Tags?: { Key: string; Value: string }[];
}

/** Route tables, as a record. */
export function ec2RouteTable(network: Network): Provider<Properties> {
  const provided = (id: string) => ({ physicalId: id, attributes: { RouteTableId: id } });
  return {
    type: 'AWS::EC2::RouteTable',
    fidelity: 'record',
    properties: { VpcId: 'record', Tags: 'record' },
    createOnly: ['VpcId'],
    attributes: ['RouteTableId'],

    async create(ctx, properties) {
      const { id } = network.createRouteTable({ vpcId: properties.VpcId, tags: resourceTags(ctx, properties.Tags) });
      ctx.created(id);
      return provided(id);
    },

    async update(ctx, { physicalId }, next) {
      network.routeTables.put(physicalId, {
        ...network.routeTables.get(physicalId)!,
        tags: resourceTags(ctx, next.Tags),
      });
      return provided(physicalId);
    },

    delete: async (_ctx, current) => network.deleteRouteTable(current.physicalId),
  };
}
