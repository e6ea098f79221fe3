import { trusts } from '../../../../local/runtime/iam/trust';

const ACCOUNT = '000000000000';
const service = { service: 'lambda.amazonaws.com', account: ACCOUNT };
const pipeline = {
  principal: {
    kind: 'assumed-role' as const,
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/pipeline/x`,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/pipeline`,
  },
};

type Part = Record<string, unknown>;
const policy = (...statements: Part[]) =>
  JSON.stringify({ Statement: statements.map((part) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...part })) });

test.each<[string, string, Parameters<typeof trusts>[1], boolean]>([
  [
    'a service by name',
    policy({ Principal: { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] } }),
    service,
    true,
  ],
  ['another service', policy({ Principal: { Service: 'ec2.amazonaws.com' } }), service, false],
  ['a role by its ARN', policy({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/pipeline` } }), pipeline, true],
  ['a session by its ARN', policy({ Principal: { AWS: pipeline.principal.arn } }), pipeline, true],
  ['the account', policy({ Principal: { AWS: ACCOUNT } }), pipeline, true],
  ["the account's root", policy({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }), pipeline, true],
  ["another account's root", policy({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } }), pipeline, false],
  ['anyone, which is no service', policy({ Principal: '*' }), service, false],
  [
    'another action',
    policy({ Action: 'sts:TagSession', Principal: { Service: 'lambda.amazonaws.com' } }),
    service,
    false,
  ],
  ['any action', policy({ Action: 'sts:*', Principal: { Service: 'lambda.amazonaws.com' } }), service, true],
  [
    'a denial beside it',
    policy({ Principal: { AWS: ACCOUNT } }, { Effect: 'Deny', Principal: { AWS: ACCOUNT } }),
    pipeline,
    false,
  ],
  [
    'the account a service acts for',
    policy({
      Principal: { Service: 'lambda.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    }),
    service,
    true,
  ],
  [
    'another account a service acts for',
    policy({
      Principal: { Service: 'lambda.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
    }),
    service,
    false,
  ],
  [
    'an external id that is not given',
    policy({ Principal: { AWS: ACCOUNT }, Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
    pipeline,
    false,
  ],
  [
    'no external id, where none is given',
    policy({ Principal: { AWS: ACCOUNT }, Condition: { Null: { 'sts:ExternalId': 'true' } } }),
    pipeline,
    true,
  ],
  [
    'some external id, where none is given',
    policy({ Principal: { AWS: ACCOUNT }, Condition: { Null: { 'sts:ExternalId': 'false' } } }),
    pipeline,
    false,
  ],
])('a trust policy that names %s', (_, document, caller, expected) => {
  expect(trusts(document, caller)).toBe(expected);
});

test('a trust policy without an external id refuses a caller who gives one', () => {
  const condition = { Null: { 'sts:ExternalId': 'true' } };
  expect(trusts(policy({ Principal: { AWS: ACCOUNT }, Condition: condition }), pipeline, 'given')).toBe(false);
});

test('unsupported elements of a trust policy are refused by name', () => {
  const condition = policy({ Principal: { AWS: ACCOUNT }, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
  expect(() => trusts(condition, pipeline)).toThrow('The condition operator IpAddress in a trust policy');
  expect(() => trusts(policy({ NotPrincipal: { AWS: ACCOUNT } }), pipeline)).toThrow('NotPrincipal in a trust policy');
});
