import { ec2SecurityGroup } from '../../../local/providers/ec2-security-group';
import { networkOfOne } from './network';
import { providerContext } from './provider-context';

const http = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' };
const https = { ...http, FromPort: 443, ToPort: 443 };

test('a security group is created with its rules; without egress rules it permits all outgoing traffic', async () => {
  const { network, vpcId } = networkOfOne();
  const properties = { GroupDescription: 'web', VpcId: vpcId, SecurityGroupIngress: [http] };
  const made = await ec2SecurityGroup(network).create(providerContext(), properties);
  expect(made.attributes).toEqual({ GroupId: made.physicalId, Id: made.physicalId, VpcId: vpcId });
  expect(network.securityGroups.get(made.physicalId)?.rules).toMatchObject([
    { direction: 'ingress', protocol: 'tcp', fromPort: 80, peer: '0.0.0.0/0' },
    { direction: 'egress', protocol: '-1', peer: '0.0.0.0/0' },
  ]);
});

test('an update changes the rules in the group, and keeps the separate ones', async () => {
  const { network, vpcId } = networkOfOne();
  const provider = ec2SecurityGroup(network);
  const properties = { GroupDescription: 'web', VpcId: vpcId, SecurityGroupIngress: [http] };
  const made = await provider.create(providerContext(), properties);
  network.authorize(made.physicalId, [
    { direction: 'ingress', protocol: 'tcp', fromPort: 22, toPort: 22, peer: '10.0.0.0/8' },
  ]);
  await provider.update!(providerContext(), { ...made, properties }, { ...properties, SecurityGroupIngress: [https] });
  const ports = network.securityGroups.get(made.physicalId)?.rules.map((rule) => rule.fromPort);
  expect(ports?.sort()).toEqual([22, 443, undefined]);
  await provider.delete(providerContext(), { ...made, properties });
  expect(network.securityGroups.get(made.physicalId)).toBeUndefined();
});
