import { iamInstanceProfile } from '../../../local/providers/iam-instance-profile';
import { Iam } from '../../../local/runtime/iam/iam';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

test('an instance profile has its role, changes it, and is deleted', async () => {
  const iam = new Iam(room());
  for (const name of ['one', 'two']) iam.roles.create({ name, trust: '{"Statement":[]}' });
  const provider = iamInstanceProfile(iam);
  const ctx = providerContext();
  const properties = { Roles: ['one'] };
  const current = { ...(await provider.create(ctx, properties)), properties };
  expect(current.attributes).toEqual({ Arn: 'arn:aws:iam::000000000000:instance-profile/demo-Thing-1A2B3C' });
  await provider.update?.(ctx, current, { Roles: ['two'] });
  expect(iam.instanceProfiles.get(current.physicalId).roles).toEqual(['two']);
  await provider.delete(ctx, current);
  await provider.delete(ctx, current);
  expect(iam.instanceProfiles.list()).toEqual([]);
});
