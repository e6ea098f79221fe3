import { address, contains, overlaps, parseCidr } from '../../../../local/runtime/network/cidr';
import { Network } from '../../../../local/runtime/network/network';
import { room } from '../../../rig/room';

function network() {
  const parts = room();
  return { ...parts, network: new Network(parts) };
}

const subnet = { availabilityZone: 'eu-west-1a', mapPublicIpOnLaunch: false, tags: {} };

describe('a CIDR block', () => {
  test('is read, compared and written', () => {
    const block = parseCidr('10.0.1.0/24')!;
    expect(block).toEqual({ first: 167772416, size: 256 });
    expect(address(block.first + 4)).toBe('10.0.1.4');
    expect(contains(parseCidr('10.0.0.0/16')!, block)).toBe(true);
    expect(overlaps(block, parseCidr('10.0.2.0/24')!)).toBe(false);
    for (const wrong of ['10.0.0.1/24', '10.0.0.256/32', '10.0.0.0/33', 'ten'])
      expect(parseCidr(wrong)).toBeUndefined();
  });
});

describe('a network', () => {
  test('gives AWS’s ids', () => {
    const { network: here } = network();
    const vpc = here.createVpc({ cidrBlock: '10.0.0.0/16', tags: {} });
    expect(vpc.id).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(here.createSubnet({ ...subnet, vpcId: vpc.id, cidrBlock: '10.0.1.0/24' }).id).toMatch(
      /^subnet-0[0-9a-f]{16}$/,
    );
    expect(here.createRouteTable({ vpcId: vpc.id, tags: {} }).routes).toEqual([
      { destination: '10.0.0.0/16', target: 'local' },
    ]);
    expect(here.internet.createGateway({}).id).toMatch(/^igw-0/);
  });

  test('refuses what AWS refuses, with AWS’s messages', () => {
    const { network: here } = network();
    const vpc = here.createVpc({ cidrBlock: '10.0.0.0/16', tags: {} });
    const make =
      (cidrBlock: string, change = {}) =>
      () =>
        here.createSubnet({ ...subnet, vpcId: vpc.id, cidrBlock, ...change });
    make('10.0.1.0/24')();
    expect(make('10.0.1.128/25')).toThrow("The CIDR '10.0.1.128/25' conflicts with another subnet");
    expect(make('10.1.0.0/24')).toThrow("The CIDR '10.1.0.0/24' is invalid.");
    expect(make('10.0.2.0/24', { availabilityZone: 'us-east-1a' })).toThrow(
      'Value (us-east-1a) for parameter availabilityZone',
    );
    expect(make('10.0.2.0/24', { vpcId: 'vpc-nonsense' })).toThrow("The vpc ID 'vpc-nonsense' does not exist");
    expect(() => here.deleteVpc(vpc.id)).toThrow(`The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
    expect(() => here.createVpc({ cidrBlock: '10.0.0.0/8', tags: {} })).toThrow("The CIDR '10.0.0.0/8' is invalid.");
  });

  test('gives each instance an address of its subnet, except the first four and the last', () => {
    const { network: here } = network();
    const vpc = here.createVpc({ cidrBlock: '10.0.0.0/24', tags: {} });
    const { id } = here.createSubnet({ ...subnet, vpcId: vpc.id, cidrBlock: '10.0.0.0/29' });
    expect([1, 2, 3].map((n) => here.allocateAddress(id, `i-${n}`))).toEqual(['10.0.0.4', '10.0.0.5', '10.0.0.6']);
    expect(() => here.allocateAddress(id, 'i-4')).toThrow('There are not enough free addresses');
    expect(() => here.deleteSubnet(id)).toThrow('has dependencies');
    here.releaseAddresses('i-2');
    expect(here.allocateAddress(id, 'i-4')).toBe('10.0.0.5');
  });

  test('accepts an existing network, named in the settings, without checks, and reports this', () => {
    const { network: here, events } = network();
    expect(here.availabilityZoneOf('subnet-0123456789abcdef0')).toBe('eu-west-1a');
    expect(here.availabilityZoneOf('subnet-0123456789abcdef1')).toBe('eu-west-1b');
    expect(here.availabilityZoneOf('subnet-0123456789abcdef0')).toBe('eu-west-1a');
    expect(here.availabilityZoneOf('nonsense')).toBeUndefined();
    expect(
      here.createSecurityGroup({ vpcId: 'vpc-0123456789abcdef0', name: 'web', description: '', tags: {} }).name,
    ).toBe('web');
    expect(events.map((event) => event.type)).toEqual(['notice', 'notice', 'notice']);
  });

  test('keeps the rules of a security group, and the group while another names it', () => {
    const { network: here } = network();
    const vpc = here.createVpc({ cidrBlock: '10.0.0.0/16', tags: {} });
    const group = (name: string) => here.createSecurityGroup({ vpcId: vpc.id, name, description: name, tags: {} });
    const front = group('front');
    const back = group('back');
    expect(() => group('front')).toThrow(`The security group 'front' already exists for VPC '${vpc.id}'`);
    const rules = here.authorize(back.id, [
      { direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80, peer: front.id },
    ]);
    expect(() => here.deleteSecurityGroup(front.id)).toThrow('has a dependent object');
    here.revoke(back.id, rules);
    here.deleteSecurityGroup(front.id);
    here.deleteSecurityGroup(back.id);
    here.deleteVpc(vpc.id);
    expect(here.securityGroups.values()).toEqual([]);
  });

  test('gives public addresses if there is a gateway, and keeps the gateway while they are in use', () => {
    const { network: here } = network();
    const { id: vpcId } = here.createVpc({ cidrBlock: '10.0.0.0/16', tags: {} });
    expect(() => here.mapPublicAddresses(vpcId, 'balancer')).toThrow(
      expect.objectContaining({ code: 'InvalidSubnet', message: `VPC ${vpcId} has no internet gateway` }),
    );
    const { id: gatewayId } = here.internet.createGateway({});
    here.internet.attach(gatewayId, vpcId);
    here.mapPublicAddresses(vpcId, 'balancer');
    expect(() => here.internet.detach(gatewayId)).toThrow(`Network ${vpcId} has some mapped public address(es).`);
    expect(() => here.internet.deleteGateway(gatewayId)).toThrow('has dependencies and cannot be deleted');
    here.releasePublicAddresses('balancer');
    here.internet.detach(gatewayId);
    here.internet.deleteGateway(gatewayId);
    here.deleteVpc(vpcId);
  });

  test('treats an existing network as connected to the internet', () => {
    const { network: here } = network();
    here.mapPublicAddresses(here.subnet('subnet-01234567')?.vpcId ?? '', 'balancer');
  });
});
