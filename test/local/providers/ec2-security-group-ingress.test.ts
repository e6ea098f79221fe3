import { ec2SecurityGroupIngress } from '../../../local/providers/ec2-security-group-ingress';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

test('a separate ingress rule is added to its group, and deleted alone', async () => {
  const { network, vpcId } = networkOfOne();
  const provider = ec2SecurityGroupIngress(network);
  const group = (name: string) => network.createSecurityGroup({ vpcId, name, description: name, tags: {} });
  const one = group('one');
  const other = group('other');
  const properties = {
    GroupId: one.id,
    IpProtocol: 'tcp',
    FromPort: '8080',
    ToPort: '8080',
    SourceSecurityGroupId: other.id,
  };
  const made = await provider.create(providerContext(), properties);
  expect(network.securityGroups.get(one.id)?.rules).toMatchObject([
    { id: made.physicalId, direction: 'ingress', fromPort: 8080, peer: other.id },
  ]);
  expect(provider.createOnly).toContain('SourceSecurityGroupId');
  await provider.delete(providerContext(), { ...made, properties });
  expect(network.securityGroups.get(one.id)?.rules).toEqual([]);
});

test('an ingress rule without a source is refused', async () => {
  const { network } = networkOfOne();
  const made = ec2SecurityGroupIngress(network).create(providerContext(), { GroupId: 'sg-1', IpProtocol: '-1' });
  await expect(made).rejects.toThrow('must be specified for a rule');
});
