import { iamManagedPolicy } from '../../../local/providers/iam-managed-policy';
import { Iam } from '../../../local/runtime/iam/iam';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

test('a managed policy is attached to its roles, gets a new version for a new document, and is deleted', async () => {
  const iam = new Iam(room());
  iam.roles.create({ name: 'one', trust: '{"Statement":[]}' });
  const provider = iamManagedPolicy(iam);
  const ctx = providerContext();
  const properties = { ManagedPolicyName: 'shared', PolicyDocument: { Statement: [] }, Roles: ['one'] };
  const current = { ...(await provider.create(ctx, properties)), properties };
  const arn = 'arn:aws:iam::000000000000:policy/shared';
  expect([current.physicalId, iam.roles.get('one').attached]).toEqual([arn, [arn]]);
  const next = {
    ...properties,
    PolicyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
    Roles: [],
  };
  await provider.update?.(ctx, current, next);
  expect([iam.managedPolicies.get(arn).defaultVersion, iam.roles.get('one').attached]).toEqual(['v2', []]);
  await provider.delete(ctx, { ...current, properties: next });
  await provider.delete(ctx, { ...current, properties: next });
  expect(iam.managedPolicies.list()).toEqual([]);
});
