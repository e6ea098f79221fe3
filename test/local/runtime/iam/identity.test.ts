import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Iam } from '../../../../local/runtime/iam/iam';
import { Identity } from '../../../../local/runtime/iam/identity';
import { room } from '../../../rig/room';
import { type Serving, serve } from '../../endpoint/serving';

const trust = (Principal: unknown) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }] });
const builds = trust({ Service: 'codebuild.amazonaws.com' });
const BUILDER = 'arn:aws:iam::000000000000:role/builder';

describe('roles', () => {
  function identity() {
    const made = room();
    const iam = new Iam(made);
    return { ...made, iam, identity: new Identity({ ...made, iam }) };
  }

  test('are assumed by the service they trust, and become its principal', () => {
    const { iam, identity: who } = identity();
    iam.roles.create({ name: 'builder', trust: builds });
    const credentials = who.assume(BUILDER, 'build: 1', 'codebuild.amazonaws.com');
    expect(who.lookup(credentials.accessKeyId, credentials.sessionToken)).toMatchObject({
      secretAccessKey: credentials.secretAccessKey,
      expired: false,
      principal: {
        kind: 'assumed-role',
        arn: 'arn:aws:sts::000000000000:assumed-role/builder/build--1',
        roleArn: BUILDER,
      },
    });
  });

  test('are refused to a service they do not trust, and a missing one is named', () => {
    const { iam, identity: who } = identity();
    iam.roles.create({ name: 'builder', trust: builds });
    expect(() => who.assume(BUILDER, 'x', 'lambda.amazonaws.com')).toThrow(
      `Service: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${BUILDER}`,
    );
    expect(() => who.assume(`${BUILDER}s`, 'x', 'codebuild.amazonaws.com')).toThrow('because the role does not exist');
  });

  test('that trust a role can be assumed by it', () => {
    const { iam, identity: who } = identity();
    iam.roles.create({ name: 'pipeline', trust: trust({ Service: 'codepipeline.amazonaws.com' }) });
    iam.roles.create({ name: 'builder', trust: trust({ AWS: 'arn:aws:iam::000000000000:role/pipeline' }) });
    expect(who.assume(BUILDER, 'x', 'arn:aws:iam::000000000000:role/pipeline').sessionToken).toBeDefined();
    expect(() => who.assume(BUILDER, 'x', 'codepipeline.amazonaws.com')).toThrow('not authorized');
  });

  test('expire, and a token must belong to its key', async () => {
    const { clock, iam, identity: who } = identity();
    iam.roles.create({ name: 'builder', trust: builds });
    const { accessKeyId, sessionToken } = who.assume(BUILDER, 'x', 'codebuild.amazonaws.com');
    expect(who.lookup(accessKeyId, 'another')).toBeUndefined();
    expect(who.lookup(accessKeyId, undefined)).toBeUndefined();
    await clock.advance(12 * 3600 * 1000);
    expect(who.lookup(accessKeyId, sessionToken)?.expired).toBe(true);
    who.recover();
    await clock.advance(1);
    who.recover();
    expect(who.lookup(accessKeyId, sessionToken)).toBeUndefined();
  });

  test('reach an instance by its profile', () => {
    const { iam, identity: who } = identity();
    iam.roles.create({ name: 'builder', trust: builds });
    const { arn } = iam.instanceProfiles.create({ name: 'servers', path: '/demo/' });
    iam.instanceProfiles.addRole('servers', 'builder');
    expect([who.roleOfInstanceProfile('servers'), who.roleOfInstanceProfile(arn)]).toEqual([BUILDER, BUILDER]);
    expect(who.roleOfInstanceProfile('none')).toBeUndefined();
  });

  test('the administrator keeps the same keys across restarts', () => {
    const { identity: who, ...made } = identity();
    const keys = who.administrator();
    expect(new Identity(made).administrator()).toEqual(keys);
  });
});

describe('over the endpoint', () => {
  let serving: Serving;
  let iam: IAMClient;
  beforeEach(async () => {
    serving = await serve();
    iam = new IAMClient(serving.client());
  });
  afterEach(() => serving.stop());

  const createRole = (RoleName: string, AssumeRolePolicyDocument: string) =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));

  test('an assumed role signs requests as itself', async () => {
    await createRole('deployer', trust({ AWS: 'arn:aws:iam::000000000000:root' }));
    const sts = new STSClient(serving.client());
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/deployer', RoleSessionName: 'me' }),
    );
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    };
    const identity = await new STSClient(serving.client(session)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe('arn:aws:sts::000000000000:assumed-role/deployer/me');
    expect(identity.UserId).toMatch(/^AROA\w{17}:me$/);
    const stolen = new STSClient(serving.client({ ...session, sessionToken: 'other' }));
    await expect(stolen.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test('a role that trusts another is refused', async () => {
    await createRole('builder', builds);
    const assume = new STSClient(serving.client()).send(
      new AssumeRoleCommand({ RoleArn: BUILDER, RoleSessionName: 'me' }),
    );
    await expect(assume).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  test('roles keep their policies, and cannot be deleted while they have any', async () => {
    await createRole('builder', builds);
    await expect(createRole('builder', builds)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    await expect(createRole('other', '{')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    const document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    await iam.send(new PutRolePolicyCommand({ RoleName: 'builder', PolicyName: 'p', PolicyDocument: document }));
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: 'builder', PolicyName: 'p' }));
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(document);
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'shared', PolicyDocument: document }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'builder', PolicyArn: Policy?.Arn }));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'builder' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must detach all policies first.',
    });
  });

  test('a role in an instance profile is shown there, and missing ones are refused with IAM’s message', async () => {
    await createRole('builder', builds);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'servers' }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'servers', RoleName: 'builder' }));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'builder' }))).rejects.toMatchObject({
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name none cannot be found.',
    });
  });
});
