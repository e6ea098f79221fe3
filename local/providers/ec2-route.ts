import type { Provider } from '../engine/provider';
import { AwsError } from '../kernel/failure';
import type { Network } from '../runtime/network/network';
import type { Route } from '../runtime/network/records';

interface Properties {
  RouteTableId: string;
  DestinationCidrBlock?: string;
  DestinationIpv6CidrBlock?: string;
  GatewayId?: string;
  NatGatewayId?: string;
  VpcEndpointId?: string;
}

/** Routes, as a record: no packet follows them. */
export function ec2Route(network: Network): Provider<Properties> {
  const provided = (tableId: string, { destination }: Route) => ({
    physicalId: `${tableId}|${destination}`,
    attributes: { CidrBlock: destination },
  });
  return {
    type: 'AWS::EC2::Route',
    fidelity: 'record',
    properties: {
      RouteTableId: 'record',
      DestinationCidrBlock: 'record',
      DestinationIpv6CidrBlock: 'record',
      GatewayId: 'record',
      NatGatewayId: 'record',
      VpcEndpointId: 'record',
    },
    createOnly: ['RouteTableId', 'DestinationCidrBlock', 'DestinationIpv6CidrBlock'],
    attributes: ['CidrBlock'],

    async create(ctx, properties) {
      const made = provided(properties.RouteTableId, routeOf(properties));
      network.putRoute(properties.RouteTableId, routeOf(properties));
      ctx.created(made.physicalId);
      return made;
    },

    async update(_ctx, _current, next) {
      network.putRoute(next.RouteTableId, routeOf(next));
      return provided(next.RouteTableId, routeOf(next));
    },

    delete: async (_ctx, { properties }) =>
      network.deleteRoute(properties.RouteTableId, routeOf(properties).destination),
  };
}

function routeOf(properties: Properties): Route {
  const destination = properties.DestinationCidrBlock ?? properties.DestinationIpv6CidrBlock;
  const target = properties.GatewayId ?? properties.NatGatewayId ?? properties.VpcEndpointId;
  if (!destination || !target) {
    throw new AwsError('MissingParameter', 'The request must contain a destination and a target of the route');
  }
  return { destination, target };
}
