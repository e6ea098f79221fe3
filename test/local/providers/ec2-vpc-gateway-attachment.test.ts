import { ec2VpcGatewayAttachment } from '../../../local/providers/ec2-vpc-gateway-attachment';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('an attached gateway prevents the deletion of its VPC until it is detached', async () => {
  const { network, subnetId, vpcId } = networkOfOne();
  const provider = ec2VpcGatewayAttachment(network);
  const gateway = network.internet.createGateway({});
  const properties = { VpcId: vpcId, InternetGatewayId: gateway.id };
  const made = await provider.create(providerContext(), properties);
  network.deleteSubnet(subnetId);
  expect(() => network.deleteVpc(vpcId)).toThrow('has dependencies');
  await provider.delete(providerContext(), { ...made, properties });
  network.deleteVpc(vpcId);
});

test('a missing gateway is refused with AWS’s message', async () => {
  const { network, vpcId } = networkOfOne();
  const attached = ec2VpcGatewayAttachment(network).create(providerContext(), {
    VpcId: vpcId,
    InternetGatewayId: 'igw-1',
  });
  await expect(attached).rejects.toThrow("The internetGateway ID 'igw-1' does not exist");
});
