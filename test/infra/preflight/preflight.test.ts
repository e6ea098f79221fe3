import type { Look } from '../../../infra/preflight/look';
import { placesOf } from '../../../infra/preflight/subject';
import type { Settings } from '../../../infra/settings/types';
import { PLACES, settings } from '../synthesized';
import { FULL, found, HOME, SOUND, wrong } from './account';

test('a correct account has no problem, and every check reports what it found', async () => {
  const lines = await found({}, { changed: FULL });
  expect(wrong(lines)).toEqual([]);
  const checks = new Set(lines.map((line) => line.split(': ')[1]));
  expect([...checks]).toEqual([
    ...['CDK bootstrap', 'stacks and names', 'templates', 'instance types', 'vCPUs', 'quotas', 'builds', 'image'],
    ...['environments', 'costs'],
  ]);
});

/** A title, how the account differs from a sound one, the line that is expected, and the settings if not the default. */
const PROBLEMS: [string, Partial<Look>, string, Partial<Settings>?][] = [
  [
    'the CDK was never bootstrapped',
    { bootstrapVersion: async () => undefined },
    'problem: CDK bootstrap: the CDK has not been bootstrapped here → npx cdk bootstrap aws://111111111111/eu-west-1',
  ],
  [
    'its bootstrap stack is old',
    { bootstrapVersion: async () => 5 },
    'problem: CDK bootstrap: version 5, and 6 is needed',
  ],
  [
    'a first deployment failed and was rolled back',
    { stackStatus: async (name) => (name === 'greeter-pipeline' ? 'ROLLBACK_COMPLETE' : 'CREATE_COMPLETE') },
    'problem: stacks and names: greeter-pipeline is in ROLLBACK_COMPLETE → aws cloudformation delete-stack --stack-name greeter-pipeline',
  ],
  [
    'a rollback failed',
    { stackStatus: async () => 'UPDATE_ROLLBACK_FAILED' },
    'problem: stacks and names: greeter-repository is in UPDATE_ROLLBACK_FAILED → aws cloudformation continue-update-rollback --stack-name greeter-repository',
  ],
  [
    'somebody deploys at this moment',
    { stackStatus: async () => 'UPDATE_IN_PROGRESS' },
    'warning: stacks and names: greeter-repository is in UPDATE_IN_PROGRESS → wait until it has ended',
  ],
  [
    'a repository of the name was kept',
    { exists: async (type) => type === 'AWS::CodeCommit::Repository' },
    'problem: stacks and names: the repository greeter exists, and the stack greeter-repository, which creates it, does not → delete it, or import it into the stack: npx cdk import greeter-repository',
  ],
  [
    'the version counter was kept',
    { exists: async (_type, name) => name === '/greeter/image-version' },
    'problem: stacks and names: the parameter /greeter/image-version exists, and the stack greeter-pipeline',
  ],
  [
    'the region does not have an instance type',
    { instanceTypes: async (names) => (await SOUND.instanceTypes(names)).slice(1) },
    'problem: instance types: t4g.small is not offered in eu-west-1 → choose another one in the settings, or another region',
  ],
  [
    'an instance type is of another architecture',
    {
      instanceTypes: async (names) =>
        (await SOUND.instanceTypes(names)).map((one) => ({ ...one, architectures: ['x86_64'] })),
    },
    'problem: instance types: t4g.small is x86_64, and the image arm64',
  ],
  [
    'an instance type is in one zone alone',
    {
      instanceTypes: async (names) =>
        (await SOUND.instanceTypes(names)).map((one) => ({ ...one, zones: ['eu-west-1a'] })),
    },
    'warning: instance types: t4g.small is offered in eu-west-1a alone, and networks have two zones',
  ],
  [
    'a new account has five vCPUs',
    { quota: async (service) => (service === 'ec2' ? 5 : 50) },
    'problem: vCPUs: 5 are allowed; servers, a roll and a bake need 8, and full fleets 10 → aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 10',
  ],
  [
    'other instances leave too few vCPUs for full fleets',
    { quota: async (service) => (service === 'ec2' ? 16 : 50), vcpusOfOthers: async () => 8 },
    'warning: vCPUs: 16 are allowed; servers, a roll and a bake need 16, and full fleets 18 (8 of them by other instances)',
  ],
  [
    'AWS reports no quota of vCPUs',
    { quota: async (service) => (service === 'ec2' ? undefined : 50) },
    'unknown: vCPUs: AWS reports no quota of vCPUs → https://console.aws.amazon.com/servicequotas/home/services/ec2/quotas/L-1216C47A',
  ],
  [
    'there are as many VPCs as are allowed',
    { quota: async (service) => (service === 'vpc' ? 5 : 64), countVpcs: async () => 5 },
    'problem: quotas: VPCs: 5 exist and 1 will be created; 5 are allowed → aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6',
  ],
  [
    'there are as many load balancers as are allowed',
    { quota: async (service) => (service === 'elasticloadbalancing' ? 3 : 64), countLoadBalancers: async () => 3 },
    'problem: quotas: load balancers: 3 exist and 1 will be created; 3 are allowed',
  ],
  [
    'Image Builder takes no further component',
    { countComponents: async () => 1000 },
    'problem: quotas: components of Image Builder: 1000 exist; 1000 are permitted, and each execution adds one',
  ],
  [
    'Image Builder takes few further components',
    { countComponents: async () => 950 },
    'warning: quotas: components of Image Builder: 950 exist; 1000 are permitted, and each execution adds one',
  ],
  [
    'the region has no such build image',
    { buildImages: async () => new Set(['aws/codebuild/standard:7.0']) },
    'problem: builds: CodeBuild has no aws/codebuild/amazonlinux-aarch64-standard:3.0 in eu-west-1 → use image.architecture x86_64, or another region',
  ],
  [
    'a new account may run no build',
    {
      quotas: async () =>
        new Map([
          ['Concurrently running builds for ARM/Small environment', 0],
          ['Components', 9999],
        ]),
    },
    'problem: builds: at a time on ARM/Small: 0 → ask for more of "Concurrently running builds for ARM/Small environment"',
  ],
  [
    'an account may run one build',
    {
      quotas: async () =>
        new Map([
          ['Concurrently running builds for ARM/Small environment', 1],
          ['Components', 9999],
        ]),
    },
    'warning: builds: at a time on ARM/Small: 1. Compile and Synth wait for each other',
  ],
  [
    'the region has no Amazon Linux 2023',
    { hasParameter: async () => false },
    'problem: image: eu-west-1 has no /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64 → use another region',
  ],
  [
    'the component has a mistake',
    { refusalOfComponent: async () => 'The document is not valid.' },
    'problem: image: Image Builder would refuse the component: The document is not valid. → correct infra/image/app.yml',
  ],
  [
    'the image goes to another account, and disks are encrypted by default',
    { encryptsDisksByDefault: async () => true },
    'problem: image: disks are encrypted by default in eu-west-1: no other account can start the image',
    PLACES,
  ],
  [
    'there is no such certificate',
    { certificate: async () => undefined },
    'problem: environments: prod: there is no certificate arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012 → set the certificate of prod in the settings',
    FULL,
  ],
  [
    'nobody has confirmed the certificate',
    { certificate: async () => ({ status: 'PENDING_VALIDATION' }) },
    'problem: environments: prod: its certificate is PENDING_VALIDATION, not ISSUED',
    FULL,
  ],
  [
    'a subnet of the settings is not there',
    { subnets: async (ids) => (await SOUND.subnets(ids)).slice(1) },
    'problem: environments: prod: there is no subnet subnet-00000000 → correct the network of prod in the settings',
    FULL,
  ],
  [
    'a subnet is in another VPC',
    { subnets: async (ids) => (await SOUND.subnets(ids)).map((one) => ({ ...one, vpcId: 'vpc-other' })) },
    'problem: environments: prod: subnet-00000000 is in vpc-other, not in vpc-0123456789abcdef0',
    FULL,
  ],
  [
    'the subnets of the load balancer are in one zone',
    { subnets: async (ids) => (await SOUND.subnets(ids)).map((one) => ({ ...one, zone: 'eu-west-1a' })) },
    'problem: environments: prod: the subnets of its load balancer are in one zone → name subnets of two zones',
    FULL,
  ],
  [
    'the subnets of the load balancer are private',
    { subnets: async (ids) => (await SOUND.subnets(ids)).map((one) => ({ ...one, wayOut: 'nat-1' })) },
    'problem: environments: prod: subnet-00000000 has no route to an internet gateway → name public subnets for the load balancer',
    FULL,
  ],
  [
    'servers have no way out',
    {
      subnets: async (ids) =>
        (await SOUND.subnets(ids)).map((one) => (one.id === 'subnet-22222222' ? { ...one, wayOut: undefined } : one)),
    },
    'warning: environments: prod: subnet-22222222 has no way out of its VPC → give it a NAT gateway',
    FULL,
  ],
  [
    'an alarm rings',
    { ringing: async (alarms) => alarms.filter((name) => name.endsWith('-latency')) },
    'problem: environments: the alarm greeter-prod-latency rings, and would undo a deployment → aws cloudwatch describe-alarms --alarm-names greeter-prod-latency',
    FULL,
  ],
  [
    'AWS does not let something be read',
    {
      quota: async () => {
        throw Object.assign(new Error('no identity-based policy allows it'), { name: 'AccessDeniedException' });
      },
    },
    'unknown: vCPUs: AccessDeniedException: no identity-based policy allows it → https://console.aws.amazon.com/',
  ],
];

// With all four: a function that takes more than the row has would be given jest's `done`.
const rows = PROBLEMS.map(([title, look, line, changed = {}]) => [title, look, line, changed] as const);

test.each(rows)('%s', async (_title, look, line, changed) => {
  expect(wrong(await found(look, { changed }))).toContainEqual(expect.stringContaining(line));
});

test('places elsewhere are checked for their own resources, and for none of the pipeline’s', async () => {
  expect(placesOf(settings(PLACES), HOME)).toEqual([
    HOME,
    { account: '111111111111', region: 'us-east-2' },
    { account: '222222222222', region: 'eu-west-1' },
    { account: '222222222222', region: 'us-east-2' },
  ]);
  const lines = await found(
    { exists: async () => true },
    {
      changed: PLACES,
      place: { account: '222222222222', region: 'us-east-2' },
    },
  );
  expect(lines.join('\n')).toContain('the role greeter-prod-deploy exists');
  expect(lines.join('\n')).not.toMatch(/repository|builds:|components|greeter-qa/);
});
