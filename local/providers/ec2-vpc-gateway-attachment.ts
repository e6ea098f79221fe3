import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';

interface Properties {
  VpcId: string;
  InternetGatewayId: string;
}

/** An internet gateway at a VPC, as a record. Virtual private gateways are not known. */
export function ec2VpcGatewayAttachment(network: Network): Provider<Properties> {
  return {
    type: 'AWS::EC2::VPCGatewayAttachment',
    fidelity: 'record',
    properties: { VpcId: 'record', InternetGatewayId: 'record' },
    createOnly: ['VpcId', 'InternetGatewayId'],
    attributes: ['AttachmentType'],
    note: 'An internet-facing load balancer needs one, and prevents its deletion; it does not affect packets.',

    async create(ctx, { InternetGatewayId, VpcId }) {
      network.internet.attach(InternetGatewayId, VpcId);
      const physicalId = `IGW|${VpcId}`;
      ctx.created(physicalId);
      return { physicalId, attributes: { AttachmentType: 'IGW' } };
    },

    delete: async (_ctx, { properties }) => network.internet.detach(properties.InternetGatewayId),
  };
}
