import { ec2Subnet } from '../../../local/providers/ec2-subnet';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('a subnet is created in its zone, changed in place, and deleted', async () => {
  const { network, vpcId } = networkOfOne();
  const provider = ec2Subnet(network);
  const properties = { VpcId: vpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'eu-west-1b' };
  const made = await provider.create(providerContext(), properties);
  expect(made.attributes).toMatchObject({ AvailabilityZone: 'eu-west-1b', SubnetId: made.physicalId, VpcId: vpcId });
  const current = { ...made, properties };
  await provider.update!(providerContext(), current, { ...properties, MapPublicIpOnLaunch: true });
  expect(network.subnet(made.physicalId)?.mapPublicIpOnLaunch).toBe(true);
  await provider.delete(providerContext(), current);
  expect(network.subnets.get(made.physicalId)).toBeUndefined();
});

test('a subnet without a zone gets the first', async () => {
  const { network, vpcId } = networkOfOne();
  const made = await ec2Subnet(network).create(providerContext(), { VpcId: vpcId, CidrBlock: '10.0.1.0/24' });
  expect(made.attributes?.['AvailabilityZone']).toBe('eu-west-1a');
});
