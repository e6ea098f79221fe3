import { type Cidr, overlap, parseCidr } from './cidr';
import { checkInstanceType } from './instance-type';
import { type Mistakes, show } from './mistakes';

/** Checks each environment, and that they get along: names of their own, addresses of their own. */
export function checkEnvironments(mistakes: Mistakes, value: unknown, architecture: string | undefined): void {
  if (!Array.isArray(value) || value.length === 0) {
    mistakes.add('environments', `${show(value)} names no environment`, 'list at least one');
    return;
  }
  // A pipeline has at most 50 stages, four of them before the environments (A3).
  if (value.length > 46) mistakes.add('environments', `${value.length} are too many`, 'list at most 46');
  const names = new Map<unknown, string>();
  const networks: { path: string; cidr: Cidr; text: string }[] = [];
  for (const [index, entry] of value.entries()) {
    const path = `environments[${index}]`;
    const environment = mistakes.object(path, entry, ['name', 'network', 'fleet']);
    if (!environment) continue;
    checkName(mistakes, `${path}.name`, { name: environment.name, names });
    const cidr = checkNetwork(mistakes, `${path}.network`, environment.network);
    if (cidr) {
      for (const other of networks.filter((network) => overlap(network.cidr, cidr.cidr))) {
        mistakes.add(
          cidr.path,
          `${show(cidr.text)} overlaps ${other.path} ${show(other.text)}`,
          'give each its own range',
        );
      }
      networks.push(cidr);
    }
    checkFleet(mistakes, `${path}.fleet`, { fleet: environment.fleet, architecture });
  }
}

/** `names` are those of the entries before, each with its path. */
function checkName(
  mistakes: Mistakes,
  path: string,
  { name, names }: { name: unknown; names: Map<unknown, string> },
): void {
  const right = 'up to 16 lower-case letters, digits and dashes, starting with a letter, and not "image"';
  if (!mistakes.text(path, name, { pattern: /^(?!image$)[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/, right })) return;
  const other = names.get(name);
  if (other) mistakes.add(path, `${show(name)} is the name of ${other} too`, 'give each environment its own');
  else names.set(name, path.replace(/\.name$/, ''));
}

function checkNetwork(mistakes: Mistakes, path: string, value: unknown) {
  const existing = typeof value === 'object' && value !== null && 'vpcId' in value;
  if (existing) {
    checkExistingNetwork(mistakes, path, value);
    return undefined;
  }
  const network = mistakes.object(path, value, ['cidr']);
  if (!network) return undefined;
  const right = 'write the first address of a block between /16 and /24, as "10.0.0.0/16"';
  const text = network.cidr;
  const cidr = typeof text === 'string' ? parseCidr(text) : undefined;
  // A VPC takes /16 to /28, and a load balancer's subnet at least /27; ours are quarters of the network.
  if (typeof text === 'string' && cidr && cidr.prefix >= 16 && cidr.prefix <= 24)
    return { path: `${path}.cidr`, cidr, text };
  mistakes.add(`${path}.cidr`, `${show(text)} cannot be used`, right);
  return undefined;
}

function checkExistingNetwork(mistakes: Mistakes, path: string, value: object): void {
  const network = mistakes.object(path, value, ['vpcId', 'loadBalancerSubnetIds', 'instanceSubnetIds']);
  if (!network) return;
  mistakes.text(`${path}.vpcId`, network.vpcId, {
    pattern: /^vpc-[0-9a-f]{8,17}$/,
    right: 'an id, as "vpc-0123456789abcdef0"',
  });
  // A load balancer needs subnets in two availability zones.
  const lists = { loadBalancerSubnetIds: 2, instanceSubnetIds: 1 } as const;
  for (const [field, least] of Object.entries(lists) as [keyof typeof lists, number][]) {
    const ids = network[field];
    if (!Array.isArray(ids) || new Set(ids).size < least) {
      const right = `list at least ${least} subnet id${least > 1 ? 's, in different availability zones' : ''} of this VPC`;
      mistakes.add(`${path}.${field}`, `${show(ids)} is not enough`, right);
      continue;
    }
    for (const [index, id] of ids.entries()) {
      mistakes.text(`${path}.${field}[${index}]`, id, {
        pattern: /^subnet-[0-9a-f]{8,17}$/,
        right: 'an id, as "subnet-0123456789abcdef0"',
      });
    }
  }
}

function checkFleet(
  mistakes: Mistakes,
  path: string,
  { fleet: value, architecture }: { fleet: unknown; architecture: string | undefined },
): void {
  const fleet = mistakes.object(path, value, ['instanceType', 'min', 'max', 'batch']);
  if (!fleet) return;
  checkInstanceType(mistakes, `${path}.instanceType`, { value: fleet.instanceType, architecture });
  const { min, max, batch } = fleet;
  // A roll replaces at most 100 servers at a time (F5).
  const counted = [
    mistakes.count(`${path}.min`, min, 1000),
    mistakes.count(`${path}.max`, max, 1000),
    mistakes.count(`${path}.batch`, batch, 100),
  ];
  if (counted.includes(false)) return;
  if (Number(min) > Number(max)) {
    mistakes.add(`${path}.min`, `${min} is above ${path}.max ${max}`, 'make min the smaller one');
  } else if (Number(max) < Number(min) + Number(batch)) {
    // F13, F14: a roll that keeps `min` servers in service needs room for a batch of new ones beside them.
    const room = Number(min) + Number(batch);
    mistakes.add(
      `${path}.max`,
      `${max} leaves a roll no room for ${batch} more than min ${min}`,
      `make it ${room} or more`,
    );
  }
}
