import { Network } from '../../../local/runtime/network/network';
import { room } from '../../rig/room';

/** A network with a VPC and a subnet in it, for the providers of what goes with them. */
export function networkOfOne() {
  const network = new Network(room());
  const vpc = network.createVpc({ cidrBlock: '10.0.0.0/16', tags: {} });
  const place = { cidrBlock: '10.0.0.0/24', availabilityZone: 'eu-west-1a', mapPublicIpOnLaunch: false, tags: {} };
  const subnet = network.createSubnet({ ...place, vpcId: vpc.id });
  return { network, vpcId: vpc.id, subnetId: subnet.id };
}
