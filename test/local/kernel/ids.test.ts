import { createIds } from '../../../local/kernel/ids';

test('ids are unique, within one batch of random bytes and across many', () => {
  const ids = createIds();
  const made = Array.from({ length: 5000 }, () => ids.hex(24));
  expect(new Set(made).size).toBe(made.length);
  expect(made.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
});

test('a secret may be longer than one batch', () => {
  expect(Buffer.from(createIds().secret(10_000), 'base64url')).toHaveLength(10_000);
});
