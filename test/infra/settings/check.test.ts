import { settings as defaults } from '../../../infra/settings';
import { changed, mistakes, type Open } from './mistaken';

const second = (name: string, cidr: string) => ({
  ...structuredClone(defaults.environments[0]),
  name,
  network: { cidr },
});
const existing = {
  vpcId: 'vpc-0123456789abcdef0',
  loadBalancerSubnetIds: ['subnet-00000000', 'subnet-11111111'],
  instanceSubnetIds: ['subnet-22222222'],
};

test('the settings of the repository are valid', () => {
  expect(mistakes(defaults)).toEqual([]);
});

test('three environments in two new networks and an existing one are valid', () => {
  const settings = changed(({ environments }) => {
    environments.push(second('qa', '10.1.0.0/16') as never, { ...environments[0]!, name: 'prod', network: existing });
  });
  expect(mistakes(settings)).toEqual([]);
});

const REFUSED: [string, (settings: Open) => void, string][] = [
  ['a name in capitals', (s) => (s['name'] = 'Greeter'), 'name: "Greeter" cannot be used; use 2 to 32 lower-case'],
  ['a name with two hyphens', (s) => (s['name'] = 'a--b'), 'name: "a--b" cannot be used; use 2 to 32'],
  ['a name that AWS keeps for itself', (s) => (s['name'] = 'awsome'), 'name: "awsome" cannot be used'],
  ['no name', (s) => delete s['name'], 'name: nothing cannot be used'],
  ['a setting that does not exist', (s) => (s['colour'] = 1), 'colour: there is no such setting; settings has name,'],
  ['a repository as an address', (s) => (s.source['repository'] = 'a/b.git'), 'source.repository: "a/b.git" cannot'],
  ...['.', '..'].map((name): [string, (s: Open) => void, string] => [
    `the repository ${name}`,
    (s) => (s.source['repository'] = name),
    `source.repository: "${name}" cannot be used`,
  ]),
  ...['a..b', 'x.lock', 'x.lock/y', 'a/', 'a//b', 'a/.b', 'a.', 'HEAD'].map(
    (name): [string, (s: Open) => void, string] => [
      `the branch ${name}`,
      (s) => (s.source['branch'] = name),
      `source.branch: "${name}" cannot be used`,
    ],
  ),
  ...['127.0.0.0/16', '224.1.0.0/16', '240.0.0.0/16', '169.254.0.0/16', '0.1.0.0/16'].map(
    (cidr): [string, (s: Open) => void, string] => [
      `the network ${cidr}`,
      (s) => (s.environments[0]!.network['cidr'] = cidr),
      `environments[0].network.cidr: "${cidr}" cannot be used: it `,
    ],
  ),
  [
    'thousands of mail addresses',
    (s) => (s['notify'] = Array.from({ length: 3000 }, (_, index) => `a${index}@example.com`)),
    'notify: it lists 3000 mail addresses',
  ],
  ['a branch with a space', (s) => (s.source['branch'] = 'my branch'), 'source.branch: "my branch" cannot be used'],
  ['an unknown architecture', (s) => (s.image['architecture'] = 'arm'), 'use "arm64" or "x86_64"'],
  [
    'a version with a patch',
    (s) => (s.image['version'] = '1.0.0'),
    'image.version: "1.0.0" cannot be used; use "major',
  ],
  ['a version with a zero before', (s) => (s.image['version'] = '01.0'), 'image.version: "01.0" cannot be used'],
  [
    'a build machine of the other architecture',
    (s) => (s.image['instanceType'] = 't3.micro'),
    'image.instanceType: "t3.micro" is x86_64, and image.architecture is arm64; use a Graviton type, as "t4g.micro"',
  ],
  [
    'servers of the other architecture',
    (s) => (s.image['architecture'] = 'x86_64'),
    'environments[0].fleet.instanceType: "t4g.micro" is arm64, and image.architecture is x86_64; use an x86 type',
  ],
  [
    'an execution mode in which two executions would deploy one stack (A17)',
    (s) => (s['executionMode'] = 'PARALLEL'),
    'executionMode: "PARALLEL" cannot be used; use "SUPERSEDED" or "QUEUED"',
  ],
  ['somebody to tell who is no list', (s) => (s['notify'] = 'a@b.org'), 'notify: "a@b.org" is no list; list mail'],
  ['a mail address without a domain', (s) => (s['notify'] = ['team']), 'notify[0]: "team" cannot be used; use a mail'],
  [
    'a mail address twice',
    (s) => (s['notify'] = ['a@b.org', 'c@d.org', 'a@b.org']),
    'notify[2]: "a@b.org" is notify[0] too; name it once',
  ],
  ['no environment', (s) => (s.environments = []), 'environments: [] names no environment; list at least one'],
  ['environments that are no list', (s) => (s.environments = {} as never), 'environments: {} names no environment'],
  [
    'two environments of one name',
    (s) => s.environments.push(second('dev', '10.1.0.0/16') as never),
    'environments[1].name: "dev" is the name of environments[0] too; give each environment its own',
  ],
  ['an environment with two hyphens', (s) => (s.environments[0]!['name'] = 'a--b'), '"a--b" cannot be used; use up to'],
  ['an environment called image', (s) => (s.environments[0]!['name'] = 'image'), 'and not "image"'],
  ['an environment called as a stage', (s) => (s.environments[0]!['name'] = 'approve-qa'), 'and not "image" or "app'],
  [
    'more stages than a pipeline has (A3)',
    (s) => {
      const cidr = (number: number) => `10.${number}.0.0/16`;
      const more = Array.from({ length: 24 }, (_, index) => second(`e${index}`, cidr(index + 1)));
      s.environments.push(...(more.map((each) => ({ ...each, approval: {} })) as never[]));
    },
    'environments: 25 with 24 approvals are 49 stages; a pipeline has room for 46',
  ],
  [
    'networks that overlap',
    (s) => s.environments.push(second('qa', '10.0.128.0/20') as never),
    'environments[1].network.cidr: "10.0.128.0/20" overlaps environments[0].network.cidr "10.0.0.0/16"',
  ],
  [
    'a network that is no block',
    (s) => (s.environments[0]!.network['cidr'] = '10.0.0.1/16'),
    'network.cidr: "10.0.0.1/16"',
  ],
  [
    'a network too small for two subnets',
    (s) => (s.environments[0]!.network['cidr'] = '10.0.0.0/26'),
    'between /16 and /24',
  ],
  [
    'an existing network without subnets',
    (s) => (s.environments[0]!.network = { ...existing, instanceSubnetIds: [] }),
    'environments[0].network.instanceSubnetIds: [] is not enough; list at least 1 subnet id of this VPC',
  ],
  [
    'a load balancer in one subnet',
    (s) =>
      (s.environments[0]!.network = { ...existing, loadBalancerSubnetIds: ['subnet-00000000', 'subnet-00000000'] }),
    'list at least 2 subnet ids, in different availability zones of this VPC',
  ],
  [
    'a subnet twice',
    (s) =>
      (s.environments[0]!.network = {
        ...existing,
        loadBalancerSubnetIds: ['subnet-00000000', 'subnet-11111111', 'subnet-00000000'],
      }),
    'environments[0].network.loadBalancerSubnetIds[2]: "subnet-00000000" is environments[0].network.load',
  ],
  [
    'a subnet that is none',
    (s) => (s.environments[0]!.network = { ...existing, instanceSubnetIds: ['eu-west-1a'] }),
    'environments[0].network.instanceSubnetIds[0]: "eu-west-1a" cannot be used; use an id, as "subnet-',
  ],
  [
    'a minimum above the maximum',
    (s) => (s.environments[0]!.fleet['min'] = 5),
    'fleet.min: 5 is above environments[0].fleet.max 4',
  ],
  [
    'no room to surge (F14)',
    (s) => (s.environments[0]!.fleet['max'] = 2),
    'environments[0].fleet.max: 2 leaves a roll no room for 1 more than min 2; make it 3 or more',
  ],
  [
    'a fleet of nobody',
    (s) => (s.environments[0]!.fleet['min'] = 0),
    'fleet.min: 0 cannot be used; use a whole number from 1',
  ],
  ['a batch of more than CloudFormation takes (F5)', (s) => (s.environments[0]!.fleet['batch'] = 101), 'from 1 to 100'],
  ['half a server', (s) => (s.environments[0]!.fleet['max'] = 4.5), 'fleet.max: 4.5 cannot be used'],
  [
    'no fleet',
    (s) => (s.environments[0]!.fleet = undefined as never),
    'environments[0].fleet: nothing is not an object; give it',
  ],
];

test.each(REFUSED)('the settings are refused: %s', (_title, change, expected) => {
  expect(mistakes(changed(change)).join('\n')).toContain(expected);
});

test.each(['SUPERSEDED', 'QUEUED'])('the execution mode %s is valid', (mode) => {
  expect(mistakes(changed((s) => (s['executionMode'] = mode)))).toEqual([]);
});

test('settings that are no object are refused', () => {
  expect(mistakes(undefined)).toEqual([
    'settings: nothing is not an object; give it name, source, image, environments',
  ]);
});

test('one run names every mistake', () => {
  const settings = changed((s) => {
    s['name'] = '';
    s.source['branch'] = '';
    s.environments[0]!.fleet['min'] = -1;
  });
  expect(mistakes(settings)).toHaveLength(3);
});
