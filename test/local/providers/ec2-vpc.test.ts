import { ec2Vpc } from '../../../local/providers/ec2-vpc';
import { Network } from '../../../local/runtime/network/network';
import { room } from '../../rig/room';
import { givenTags, providerContext } from './provider-context';

test('a VPC is created with its tags, changed in place, and deleted', async () => {
  const network = new Network(room());
  const provider = ec2Vpc(network);
  const ctx = providerContext();
  const properties = { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: 'true', Tags: [{ Key: 'Name', Value: 'web' }] };
  const made = await provider.create(ctx, properties);
  expect(ctx.made).toEqual([made.physicalId]);
  expect(Object.keys(made.attributes ?? {}).sort()).toEqual([...provider.attributes].sort());
  expect(network.vpcs.get(made.physicalId)).toMatchObject({
    cidrBlock: '10.0.0.0/16',
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: { ...givenTags, Name: 'web' },
  });
  const current = { ...made, properties };
  await provider.update!(ctx, current, { ...properties, EnableDnsHostnames: false });
  expect(network.vpcs.get(made.physicalId)?.enableDnsHostnames).toBe(false);
  await provider.delete(ctx, current);
  await provider.delete(ctx, current);
  expect(network.vpcs.values()).toEqual([]);
});
