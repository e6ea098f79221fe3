import { ec2InternetGateway } from '../../../local/providers/ec2-internet-gateway';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('an internet gateway is created, tagged again, and deleted', async () => {
  const { network } = networkOfOne();
  const provider = ec2InternetGateway(network);
  const made = await provider.create(providerContext(), {});
  const current = { ...made, properties: {} };
  await provider.update!(providerContext(), current, { Tags: [{ Key: 'Name', Value: 'web' }] });
  expect(network.internet.gateways.get(made.physicalId)?.tags).toMatchObject({ Name: 'web' });
  await provider.delete(providerContext(), current);
  expect(network.internet.gateways.values()).toEqual([]);
});
