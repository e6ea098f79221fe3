import { iamPolicy } from '../../../local/providers/iam-policy';
import { Iam } from '../../../local/runtime/iam/iam';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

test('an inline policy is put into its roles, follows changes of the list, and is deleted', async () => {
  const iam = new Iam(room());
  const trust = '{"Statement":[]}';
  for (const name of ['one', 'two']) iam.roles.create({ name, trust });
  const provider = iamPolicy(iam);
  const ctx = providerContext();
  const properties = { PolicyName: 'p', PolicyDocument: { Statement: [] }, Roles: ['one'] };
  const current = { ...(await provider.create(ctx, properties)), properties };
  expect(iam.roles.policy('one', 'p')).toBe(trust);
  await provider.update?.(ctx, current, { ...properties, Roles: ['two'] });
  const holders = () =>
    iam.roles
      .list()
      .filter(({ policies }) => 'p' in policies)
      .map(({ name }) => name);
  expect(holders()).toEqual(['two']);
  await provider.delete(ctx, { ...current, properties: { ...properties, Roles: ['two', 'gone'] } });
  expect(holders()).toEqual([]);
});

test('an inline policy without a role is refused', async () => {
  const provider = iamPolicy(new Iam(room()));
  const properties = { PolicyName: 'p', PolicyDocument: { Statement: [] } };
  await expect(provider.create(providerContext(), properties)).rejects.toThrow(
    'At least one of [Groups,Roles,Users] must be non-empty.',
  );
});
