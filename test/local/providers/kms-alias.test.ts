import { kmsAlias } from '../../../local/providers/kms-alias';
import { providerContext } from './provider-context';

test('AWS::KMS::Alias has its name, for any key', async () => {
  const provider = kmsAlias();
  const ctx = providerContext();
  const properties = { AliasName: 'alias/greeter-artifacts', TargetKeyId: 'one' };
  const made = await provider.create(ctx, properties);
  expect([made, ctx.made]).toEqual([{ physicalId: 'alias/greeter-artifacts' }, ['alias/greeter-artifacts']]);
  expect(await provider.update?.(ctx, { ...made, properties }, { ...properties, TargetKeyId: 'two' })).toEqual(made);
  await provider.delete(ctx, { ...made, properties });
});
