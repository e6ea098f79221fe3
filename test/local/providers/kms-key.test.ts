import { kmsKey } from '../../../local/providers/kms-key';
import { providerContext } from './provider-context';

test('AWS::KMS::Key has a fixed id and ARN, for any settings', async () => {
  const provider = kmsKey();
  const ctx = providerContext();
  const made = await provider.create(ctx, { EnableKeyRotation: true });
  expect(ctx.made).toEqual([made.physicalId]);
  expect(made.attributes).toEqual({
    Arn: `arn:aws:kms:eu-west-1:000000000000:key/${made.physicalId}`,
    KeyId: made.physicalId,
  });
  expect(made.physicalId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const current = { ...made, properties: { EnableKeyRotation: true } };
  expect(await provider.update?.(ctx, current, { EnableKeyRotation: false })).toEqual(made);
  await provider.delete(ctx, current);
  expect((await provider.create(ctx, {})).physicalId).not.toBe(made.physicalId);
});
