import { type Cidr, overlap, parseCidr } from './cidr';
import { type Mistakes, show } from './mistakes';

/** The addresses of a new network, and their place in the settings. */
export interface NamedCidr {
  readonly path: string;
  readonly cidr: Cidr;
  readonly text: string;
}

/** Checks a network, and that it shares no address with `others`. Returns its addresses if it is a new one. */
export function checkNetwork(
  mistakes: Mistakes,
  path: string,
  { network, others }: { network: unknown; others: readonly NamedCidr[] },
): NamedCidr | undefined {
  if (typeof network === 'object' && network !== null && 'vpcId' in network) {
    checkExistingNetwork(mistakes, path, network);
    return undefined;
  }
  const own = checkNewNetwork(mistakes, path, network);
  for (const other of others.filter(({ cidr }) => own && overlap(cidr, own.cidr))) {
    const wrong = `${show(own?.text)} overlaps ${other.path} ${show(other.text)}`;
    mistakes.add(`${path}.cidr`, wrong, 'give each its own range');
  }
  return own;
}

/** Blocks that no network can have (RFC 6890); a VPC takes none of them either. */
const RESERVED = [
  ['0.0.0.0/8', 'it means this network'],
  ['127.0.0.0/8', 'it is the loopback'],
  ['169.254.0.0/16', 'it is the link, with the metadata service'],
  ['224.0.0.0/3', 'it is for multicast and reserved'],
].map(([text = '', use = '']) => ({ block: parseCidr(text) as Cidr, use }));

function checkNewNetwork(mistakes: Mistakes, path: string, value: unknown): NamedCidr | undefined {
  const network = mistakes.object(path, value, { needed: ['cidr'] });
  if (!network) return undefined;
  const text = network.cidr;
  const cidr = typeof text === 'string' ? parseCidr(text) : undefined;
  // A VPC takes /16 to /28, and a load balancer's subnet at least /27; ours are quarters of the network.
  if (typeof text === 'string' && cidr && cidr.prefix >= 16 && cidr.prefix <= 24) {
    const reserved = RESERVED.find(({ block }) => overlap(block, cidr));
    if (!reserved) return { path: `${path}.cidr`, cidr, text };
    const wrong = `${show(text)} cannot be used: ${reserved.use}`;
    mistakes.add(`${path}.cidr`, wrong, 'choose a private range, as "10.0.0.0/16"');
    return undefined;
  }
  const right = 'write the first address of a block between /16 and /24, as "10.0.0.0/16"';
  mistakes.add(`${path}.cidr`, `${show(text)} cannot be used`, right);
  return undefined;
}

function checkExistingNetwork(mistakes: Mistakes, path: string, value: object): void {
  const network = mistakes.object(path, value, { needed: ['vpcId', 'loadBalancerSubnetIds', 'instanceSubnetIds'] });
  if (!network) return;
  mistakes.text(`${path}.vpcId`, network.vpcId, {
    pattern: /^vpc-[0-9a-f]{8,17}$/,
    right: 'an id, as "vpc-0123456789abcdef0"',
  });
  // A load balancer needs subnets in two availability zones.
  const lists = { loadBalancerSubnetIds: 2, instanceSubnetIds: 1 } as const;
  for (const [field, least] of Object.entries(lists) as [keyof typeof lists, number][]) {
    checkSubnets(mistakes, `${path}.${field}`, { ids: network[field], least });
  }
}

function checkSubnets(mistakes: Mistakes, path: string, { ids, least }: { ids: unknown; least: number }): void {
  if (!Array.isArray(ids) || new Set(ids).size < least) {
    const right = `list at least ${least} subnet id${least > 1 ? 's, in different availability zones' : ''} of this VPC`;
    mistakes.add(path, `${show(ids)} is not enough`, right);
    return;
  }
  for (const [index, id] of ids.entries()) {
    const right = 'an id, as "subnet-0123456789abcdef0"';
    if (!mistakes.text(`${path}[${index}]`, id, { pattern: /^subnet-[0-9a-f]{8,17}$/, right })) continue;
    const before = ids.indexOf(id);
    // A load balancer refuses two subnets of one zone, and the same subnet twice has one zone.
    if (before < index) mistakes.add(`${path}[${index}]`, `${show(id)} is ${path}[${before}] too`, 'name it once');
  }
}
