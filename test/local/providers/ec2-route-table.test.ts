import { ec2RouteTable } from '../../../local/providers/ec2-route-table';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('a route table is created, tagged again, and deleted', async () => {
  const { network, vpcId } = networkOfOne();
  const provider = ec2RouteTable(network);
  const properties = { VpcId: vpcId };
  const made = await provider.create(providerContext(), properties);
  expect(made.attributes).toEqual({ RouteTableId: made.physicalId });
  const current = { ...made, properties };
  await provider.update!(providerContext(), current, { ...properties, Tags: [{ Key: 'Name', Value: 'web' }] });
  expect(network.routeTables.get(made.physicalId)?.tags).toMatchObject({ Name: 'web' });
  await provider.delete(providerContext(), current);
  expect(network.routeTables.values()).toEqual([]);
});
