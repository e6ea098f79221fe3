import { ec2VpcEndpoint } from '../../../local/providers/ec2-vpc-endpoint';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('a VPC endpoint is created and deleted', async () => {
  const { network, vpcId } = networkOfOne();
  const provider = ec2VpcEndpoint(network);
  const properties = { VpcId: vpcId, ServiceName: 'com.amazonaws.eu-west-1.s3' };
  const made = await provider.create(providerContext(), properties);
  expect(network.endpoints.get(made.physicalId)).toMatchObject({
    serviceName: properties.ServiceName,
    type: 'Gateway',
  });
  expect(await provider.update!(providerContext(), { ...made, properties }, properties)).toEqual(made);
  await provider.delete(providerContext(), { ...made, properties });
  expect(network.endpoints.values()).toEqual([]);
});
