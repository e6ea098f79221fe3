import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import { resourceTags } from './resource-tags';

interface Properties {
  Tags?: { Key: string; Value: string }[];
}

/** Internet gateways, as a record. */
export function ec2InternetGateway(network: Network): Provider<Properties> {
  const provided = (id: string) => ({ physicalId: id, attributes: { InternetGatewayId: id } });
  return {
    type: 'AWS::EC2::InternetGateway',
    fidelity: 'record',
    properties: { Tags: 'record' },
    createOnly: [],
    attributes: ['InternetGatewayId'],

    async create(ctx, properties) {
      const { id } = network.internet.createGateway(resourceTags(ctx, properties.Tags));
      ctx.created(id);
      return provided(id);
    },

    async update(ctx, { physicalId }, next) {
      network.internet.gateways.put(physicalId, {
        ...network.internet.gateways.get(physicalId)!,
        tags: resourceTags(ctx, next.Tags),
      });
      return provided(physicalId);
    },

    delete: async (_ctx, current) => network.internet.deleteGateway(current.physicalId),
  };
}
