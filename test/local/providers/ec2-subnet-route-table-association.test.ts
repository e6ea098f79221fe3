import { ec2SubnetRouteTableAssociation } from '../../../local/providers/ec2-subnet-route-table-association';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('a subnet has its route table until the association is deleted', async () => {
  const { network, subnetId, vpcId } = networkOfOne();
  const provider = ec2SubnetRouteTableAssociation(network);
  const table = network.createRouteTable({ vpcId, tags: {} });
  const properties = { SubnetId: subnetId, RouteTableId: table.id };
  const made = await provider.create(providerContext(), properties);
  expect(made.physicalId).toMatch(/^rtbassoc-0/);
  expect(() => network.deleteRouteTable(table.id)).toThrow('has dependencies');
  await provider.delete(providerContext(), { ...made, properties });
  network.deleteRouteTable(table.id);
});
