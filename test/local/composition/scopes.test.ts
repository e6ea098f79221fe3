import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { compose, type LocalRuntime, type ScopedRuntime } from '../../../local/composition/compose';
import { LOAD_BALANCER_PORTS } from '../../../local/composition/scopes';
import { SystemClock } from '../../../local/kernel/clock';
import { EventBus } from '../../../local/kernel/events';
import type { Credentials } from '../../../local/kernel/principal';

const HOME = '000000000000';
const OTHER = '111111111111';

let directory: string;
let runtime: LocalRuntime;
const begin = async () => {
  const clock = new SystemClock(1000);
  runtime = await compose({ directory, port: 0, clock, bus: new EventBus(clock) });
};
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'scopes-'));
  await begin();
});
afterAll(async () => {
  await runtime.stop();
  rmSync(directory, { recursive: true });
});

const configuration = (credentials: Credentials, region: string) => ({
  endpoint: runtime.url,
  region,
  credentials,
  maxAttempts: 1,
});
/** Returns a client of the administrator of an account in a region. */
const as = (account: string, region: string) => configuration(runtime.in({ account }).administrator, region);

const trust = (Principal: object, Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }],
  });

async function createRole(account: string, RoleName: string, document: string): Promise<string> {
  const iam = new IAMClient(as(account, 'us-east-1'));
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
  return Role?.Arn ?? '';
}

async function assume(RoleArn: string, by: ReturnType<typeof configuration>): Promise<Credentials> {
  const { Credentials: made } = await new STSClient(by).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }),
  );
  return {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken,
  };
}

const names = (scopes: ScopedRuntime[]) => scopes.map(({ scope }) => `${scope.account}/${scope.region}`);

test('a run in one account and region has no other', () => {
  expect(names(runtime.scopes())).toEqual([`${HOME}/eu-west-1`]);
});

test('a request reaches the account of its signer and the region of its signature', async () => {
  const places = [HOME, OTHER].flatMap((account) => ['eu-west-1', 'us-east-2'].map((region) => ({ account, region })));
  for (const { account, region } of places) {
    const client = new SSMClient(as(account, region));
    await client.send(new PutParameterCommand({ Name: '/place', Value: `${account} ${region}`, Type: 'String' }));
  }
  for (const { account, region } of places) {
    const { Parameter } = await new SSMClient(as(account, region)).send(new GetParameterCommand({ Name: '/place' }));
    expect(Parameter).toMatchObject({
      Value: `${account} ${region}`,
      ARN: `arn:aws:ssm:${region}:${account}:parameter/place`,
    });
    expect(runtime.in({ account, region }).parameters.value('/place')).toBe(`${account} ${region}`);
  }
  expect(names(runtime.scopes())).toHaveLength(places.length);
});

test('the state of every account and region survives a restart', async () => {
  const { administrator } = runtime.in({ account: OTHER, region: 'us-east-2' });
  const client = new SSMClient(as(OTHER, 'us-east-2'));
  await client.send(new PutParameterCommand({ Name: '/kept', Value: 'yes', Type: 'String' }));
  const before = names(runtime.scopes());
  await runtime.stop();
  await begin();
  expect(names(runtime.scopes())).toEqual(before);
  const again = new SSMClient(configuration(administrator, 'us-east-2'));
  expect((await again.send(new GetParameterCommand({ Name: '/kept' }))).Parameter?.Value).toBe('yes');
});

test('regions of other partitions are refused by name', async () => {
  const client = new SSMClient(as(HOME, 'cn-north-1'));
  await expect(client.send(new GetParameterCommand({ Name: '/x' }))).rejects.toMatchObject({
    name: 'NotSupportedLocally',
    message: expect.stringContaining('cn-north-1'),
  });
});

describe('identity', () => {
  test('each account has an administrator, and roles for all its regions', async () => {
    const arn = await createRole(OTHER, 'shared', trust({ AWS: `arn:aws:iam::${OTHER}:root` }));
    expect(arn).toBe(`arn:aws:iam::${OTHER}:role/shared`);
    const who = await new STSClient(as(OTHER, 'us-east-2')).send(new GetCallerIdentityCommand({}));
    expect(who).toMatchObject({ Account: OTHER, Arn: `arn:aws:iam::${OTHER}:user/local-administrator` });
    expect(runtime.in({ account: OTHER, region: 'us-east-2' }).iam.roles.find('shared')?.arn).toBe(arn);
    const { Roles } = await new IAMClient(as(HOME, 'us-east-1')).send(new ListRolesCommand({}));
    expect(Roles).toEqual([]);
  });

  test('a role is assumed from another account that it trusts, and its credentials are of its own account', async () => {
    const role = await createRole(OTHER, 'deployer', trust({ AWS: HOME }));
    const credentials = await assume(role, as(HOME, 'eu-west-1'));
    const who = await new STSClient(configuration(credentials, 'eu-west-1')).send(new GetCallerIdentityCommand({}));
    expect(who).toMatchObject({ Account: OTHER, Arn: `arn:aws:sts::${OTHER}:assumed-role/deployer/test` });
    expect(who.UserId).toMatch(/^AROA\w{17}:test$/);
    const client = new SSMClient(configuration(credentials, 'us-east-2'));
    await client.send(new PutParameterCommand({ Name: '/by', Value: 'the role', Type: 'String' }));
    expect(runtime.in({ account: OTHER, region: 'us-east-2' }).parameters.value('/by')).toBe('the role');
    expect(runtime.in({ region: 'us-east-2' }).parameters.value('/by')).toBeUndefined();
  });

  test('a role that trusts only its own account is refused to another, with STS’s message', async () => {
    const role = await createRole(OTHER, 'own', trust({ AWS: `arn:aws:iam::${OTHER}:root` }));
    await expect(assume(role, as(HOME, 'eu-west-1'))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${HOME}:user/local-administrator is not authorized to perform: sts:AssumeRole on resource: ${role}`,
    });
  });

  test('a role that trusts one role of an account is refused to its others', async () => {
    const only = { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/pipeline` } };
    const role = await createRole(OTHER, 'narrow', trust({ AWS: `arn:aws:iam::${HOME}:root` }, only));
    for (const name of ['pipeline', 'stranger']) await createRole(HOME, name, trust({ AWS: HOME }));
    const session = (name: string) => assume(`arn:aws:iam::${HOME}:role/${name}`, as(HOME, 'eu-west-1'));
    const pipeline = configuration(await session('pipeline'), 'eu-west-1');
    expect((await assume(role, pipeline)).sessionToken).toBeDefined();
    const stranger = configuration(await session('stranger'), 'eu-west-1');
    await expect(assume(role, stranger)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(role, as(HOME, 'eu-west-1'))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a service assumes no role of another account', async () => {
    await createRole(OTHER, 'builder', trust({ Service: 'codebuild.amazonaws.com' }));
    const take = () => runtime.identity.assume(`arn:aws:iam::${OTHER}:role/builder`, 'x', 'codebuild.amazonaws.com');
    expect(take).toThrow('Cross-account pass role is not allowed.');
  });
});

describe("S3's buckets", () => {
  const create = (account: string, region: string, Bucket: string) =>
    new S3Client(as(account, region)).send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }),
    );

  test('have names that are unique across accounts and regions', async () => {
    await create(OTHER, 'us-east-2', 'artifacts');
    await expect(create(HOME, 'eu-west-1', 'artifacts')).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
    await expect(create(OTHER, 'us-east-2', 'artifacts')).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    const listed = async (account: string) =>
      (await new S3Client(as(account, 'eu-west-1')).send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
    expect([await listed(HOME), await listed(OTHER)]).toEqual([[], ['artifacts']]);
  });

  test('answer in their own region only, also to other accounts', async () => {
    await create(HOME, 'us-east-2', 'far-artifacts');
    const object = { Bucket: 'far-artifacts', Key: 'a' };
    await new S3Client(as(HOME, 'us-east-2')).send(new PutObjectCommand({ ...object, Body: 'text' }));
    const read = await new S3Client(as(OTHER, 'us-east-2')).send(new GetObjectCommand(object));
    expect(await read.Body?.transformToString()).toBe('text');
    const elsewhere = new S3Client(as(HOME, 'eu-west-1'));
    await expect(elsewhere.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'PermanentRedirect' });
    const location = await elsewhere.send(new GetBucketLocationCommand({ Bucket: object.Bucket }));
    expect(location.LocationConstraint).toBe('us-east-2');
  });
});

test('load balancers of two regions get different addresses', async () => {
  const port = async ({ loadBalancing, network, scope }: ScopedRuntime) => {
    const vpc = network.createVpc({ cidrBlock: '10.0.0.0/16', tags: {} });
    network.internet.attach(network.internet.createGateway({}).id, vpc.id);
    const subnets = ['a', 'b'].map((zone, index) => {
      const availabilityZone = `${scope.region}${zone}`;
      const cidrBlock = `10.0.${index}.0/24`;
      return network.createSubnet({ vpcId: vpc.id, cidrBlock, availabilityZone, mapPublicIpOnLaunch: false, tags: {} })
        .id;
    });
    const settings = { ipAddressType: 'ipv4', securityGroups: [], attributes: {}, tags: {} };
    const scheme = 'internet-facing' as const;
    return (await loadBalancing.createLoadBalancer({ name: 'same', scheme, subnets, ...settings })).port;
  };
  const home = await port(runtime);
  const first = await port(runtime.in({ account: '222222222222' }));
  const second = await port(runtime.in({ account: '333333333333' }));
  // A range for each, so that the second environment of a scope does not take the first address of the next.
  const { each, first: lowest } = LOAD_BALANCER_PORTS;
  const ranges = [home, first, second].map((found) => Math.floor((found - lowest) / each));
  expect(new Set(ranges).size).toBe(3);
});
