import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';

interface Properties {
  SubnetId: string;
  RouteTableId: string;
}

/** Which route table a subnet has, as a record. */
export function ec2SubnetRouteTableAssociation(network: Network): Provider<Properties> {
  return {
    type: 'AWS::EC2::SubnetRouteTableAssociation',
    fidelity: 'record',
    properties: { SubnetId: 'record', RouteTableId: 'record' },
    createOnly: ['SubnetId', 'RouteTableId'],
    attributes: ['Id'],

    async create(ctx, { RouteTableId, SubnetId }) {
      const physicalId = network.associate(RouteTableId, SubnetId);
      ctx.created(physicalId);
      return { physicalId, attributes: { Id: physicalId } };
    },

    delete: async (_ctx, current) => network.disassociate(current.physicalId),
  };
}
