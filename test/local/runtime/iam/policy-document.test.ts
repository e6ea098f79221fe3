import { checkPermissionPolicy } from '../../../../local/runtime/iam/policy-document';

const policy = (statement: object, Version = '2012-10-17') => JSON.stringify({ Version, Statement: [statement] });
const right = { Effect: 'Allow', Action: 's3:Get*', Resource: '*' };

test.each<[string, string]>([
  ['a right one', policy(right)],
  ['everything but', policy({ Effect: 'Deny', NotAction: ['iam:*'], NotResource: 'arn:aws:s3:::a/*' })],
  ['one statement that is no list', JSON.stringify({ Statement: { ...right, Action: '*' } })],
])('a permission policy is accepted: %s', (_title, document) => {
  expect(() => checkPermissionPolicy(document)).not.toThrow();
});

test.each<[string, string, string]>([
  [
    'an action without a vendor',
    policy({ ...right, Action: 'invalid' }),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  ],
  ['no action', policy({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
  ['no resource', policy({ Effect: 'Allow', Action: 's3:Get*' }), 'Policy statement must contain resources.'],
  ['an element that is not known', policy({ ...right, Extra: 1 }), 'Syntax errors in policy.'],
  ['a version that there is not', policy(right, '2012-10-18'), 'Syntax errors in policy.'],
  ['a resource that is no ARN', policy({ ...right, Resource: 'b' }), 'Resource b must be in ARN format or "*".'],
  ['a principal', policy({ ...right, Principal: '*' }), 'Policy document should not specify a principal.'],
])('a permission policy is refused: %s', (_title, document, message) => {
  expect(() => checkPermissionPolicy(document)).toThrow(
    expect.objectContaining({ code: 'MalformedPolicyDocument', message }) as Error,
  );
});
