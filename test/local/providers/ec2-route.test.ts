import { ec2Route } from '../../../local/providers/ec2-route';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('a route is created, changed in place, and deleted', async () => {
  const { network, vpcId } = networkOfOne();
  const provider = ec2Route(network);
  const table = network.createRouteTable({ vpcId, tags: {} });
  const properties = { RouteTableId: table.id, DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' };
  const made = await provider.create(providerContext(), properties);
  expect(made.physicalId).toBe(`${table.id}|0.0.0.0/0`);
  const current = { ...made, properties };
  await provider.update!(providerContext(), current, { ...properties, GatewayId: 'igw-2' });
  expect(network.routeTables.get(table.id)?.routes[1]).toEqual({ destination: '0.0.0.0/0', target: 'igw-2' });
  await provider.delete(providerContext(), current);
  expect(network.routeTables.get(table.id)?.routes).toHaveLength(1);
});

test('a route without a target is refused', async () => {
  const { network } = networkOfOne();
  await expect(ec2Route(network).create(providerContext(), { RouteTableId: 'rtb-1' })).rejects.toThrow(
    'a destination and a target',
  );
});
