import { Iam } from '../../../../local/runtime/iam/iam';
import { room } from '../../../rig/room';

/** A policy of about this many characters, and as many of white space, which do not count. */
const policy = (size: number) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: `arn:${'x'.repeat(size - 73)}` }] }).padEnd(
    size * 2,
  );

function iam(): Iam {
  const made = new Iam(room());
  made.roles.create({ name: 'one', trust: '{"Statement":[]}' });
  return made;
}

test('all inline policies of a role together have at most 10,240 characters', () => {
  const { roles } = iam();
  roles.putPolicy('one', 'first', policy(6_000));
  roles.putPolicy('one', 'first', policy(7_000));
  expect(() => roles.putPolicy('one', 'second', policy(3_300))).toThrow(
    expect.objectContaining({
      code: 'LimitExceeded',
      message: 'Maximum policy size of 10240 bytes exceeded for role one',
    }) as Error,
  );
  expect(Object.keys(roles.get('one').policies)).toEqual(['first']);
});

test('a managed policy has at most 6,144 characters, in each version', () => {
  const { managedPolicies } = iam();
  const refusal = 'Cannot exceed quota for PolicySize: 6144';
  expect(() => managedPolicies.create({ name: 'large', document: policy(6_200) })).toThrow(refusal);
  const { arn } = managedPolicies.create({ name: 'right', document: policy(6_100) });
  expect(() => managedPolicies.revise(arn, policy(6_200))).toThrow(refusal);
});

test('a role has at most ten managed policies', () => {
  const { roles } = iam();
  for (let number = 1; number <= 10; number++) roles.attach('one', `arn:aws:iam::aws:policy/${number}`);
  roles.attach('one', 'arn:aws:iam::aws:policy/10');
  expect(() => roles.attach('one', 'arn:aws:iam::aws:policy/11')).toThrow(
    'Cannot exceed quota for PoliciesPerRole: 10',
  );
});

test('a trust policy has at most 2,048 characters', () => {
  const { roles } = iam();
  const refusal = 'Cannot exceed quota for ACLSizePerRole: 2048';
  expect(() => roles.create({ name: 'two', trust: policy(2_100) })).toThrow(refusal);
  expect(() => roles.update('one', { trust: policy(2_100) })).toThrow(refusal);
});
