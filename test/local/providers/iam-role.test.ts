import { iamRole } from '../../../local/providers/iam-role';
import { Iam } from '../../../local/runtime/iam/iam';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

const trust = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const allow = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const MANAGED = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

function setUp() {
  const iam = new Iam(room());
  return { iam, provider: iamRole(iam), ctx: providerContext() };
}

test('a role without a name gets one, with its trust and policies', async () => {
  const { iam, provider, ctx } = setUp();
  const { physicalId, attributes } = await provider.create(ctx, {
    AssumeRolePolicyDocument: trust,
    ManagedPolicyArns: [MANAGED],
    Policies: [{ PolicyName: 'read', PolicyDocument: allow('s3:GetObject') }],
    MaxSessionDuration: '7200',
  });
  expect(physicalId).toBe('demo-Thing-1A2B3C');
  expect(attributes?.['Arn']).toBe('arn:aws:iam::000000000000:role/demo-Thing-1A2B3C');
  expect(iam.roles.get(physicalId)).toMatchObject({
    trust: JSON.stringify(trust),
    attached: [MANAGED],
    policies: { read: JSON.stringify(allow('s3:GetObject')) },
    maxSessionSeconds: 7200,
    tags: { team: 'web' },
  });
});

test('an update removes the policies that it gave, and keeps those of other resources', async () => {
  const { iam, provider, ctx } = setUp();
  const before = {
    AssumeRolePolicyDocument: trust,
    ManagedPolicyArns: [MANAGED],
    Policies: [{ PolicyName: 'old', PolicyDocument: allow('s3:GetObject') }],
  };
  const current = { ...(await provider.create(ctx, before)), properties: before };
  iam.roles.putPolicy(current.physicalId, 'other', JSON.stringify(allow('ssm:GetParameter')));
  await provider.update?.(ctx, current, {
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'new', PolicyDocument: allow('s3:PutObject') }],
  });
  const { policies, attached } = iam.roles.get(current.physicalId);
  expect([Object.keys(policies).sort(), attached]).toEqual([['new', 'other'], []]);
});

test('a role is deleted with its policies, unless another resource still holds it', async () => {
  const { iam, provider, ctx } = setUp();
  const properties = { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [MANAGED] };
  const current = { ...(await provider.create(ctx, properties)), properties };
  iam.instanceProfiles.create({ name: 'servers' });
  iam.instanceProfiles.addRole('servers', current.physicalId);
  await expect(provider.delete(ctx, current)).rejects.toMatchObject({ code: 'DeleteConflict' });
  iam.instanceProfiles.removeRole('servers', current.physicalId);
  await provider.delete(ctx, current);
  await provider.delete(ctx, current);
  expect(iam.roles.list()).toEqual([]);
});
