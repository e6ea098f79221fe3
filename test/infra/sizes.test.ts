import type { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentSettings, Settings } from '../../infra/settings/types';
import { environment, templates } from './synthesized';

/*
 * As many environments as settings allow, with the longest names and regions: everything that grows with them stays
 * within what AWS takes.
 */
const MOST = 46;

const many = (place: (index: number) => Partial<EnvironmentSettings>): Partial<Settings> => ({
  name: 'an-application-with-a-long-name1',
  account: '111111111111',
  region: 'ap-southeast-2',
  notify: ['team@example.com'],
  environments: Array.from({ length: MOST }, (_, index) => ({
    ...environment(`environment-x-${String(index).padStart(2, '0')}`, index),
    alarms: { errorPercent: 5, unhealthyHosts: 1, latencySeconds: 1 },
    ...place(index),
  })),
});

const SETTINGS: [string, Partial<Settings>][] = [
  ['where the pipeline is', many(() => ({}))],
  [
    'in an account each, and another region',
    many((index) => ({ account: `${222222222200 + index}`, region: 'us-east-2' })),
  ],
];

describe.each(SETTINGS)(`${MOST} environments %s`, (_title, settings) => {
  const stacks = [...templates(settings)].map(([name, template]) => ({ name, template }));

  test('make templates of at most 1 MB, with at most 500 resources', () => {
    for (const { name, template } of stacks) {
      const size = JSON.stringify(template.toJSON()).length;
      const resources = Object.keys((template.toJSON() as { Resources: object }).Resources).length;
      expect([name, size < 1_048_576, resources <= 500]).toEqual([name, true, true]);
    }
  });

  test('make roles with at most 10,240 characters of inline policies, and ten managed ones of 6,144', () => {
    for (const { name, template } of stacks) {
      for (const role of rolesOf(template)) {
        const { id, inline, managed } = role;
        expect([name, id, inline <= 10_240, managed <= 10]).toEqual([name, id, true, true]);
      }
      for (const [id, size] of sizes(template, 'AWS::IAM::ManagedPolicy', 'PolicyDocument')) {
        expect([name, id, size <= 6_144]).toEqual([name, id, true]);
      }
    }
  });

  test('make policies of buckets of at most 20 KB, of keys of 32 KB, and trust policies of 2,048 characters', () => {
    const limits = [
      ['AWS::S3::BucketPolicy', 'PolicyDocument', 20_480],
      ['AWS::KMS::Key', 'KeyPolicy', 32_768],
      ['AWS::IAM::Role', 'AssumeRolePolicyDocument', 2_048],
    ] as const;
    for (const { name, template } of stacks) {
      for (const [type, property, limit] of limits) {
        for (const [id, size] of sizes(template, type, property)) {
          expect([name, id, size <= limit]).toEqual([name, id, true]);
        }
      }
    }
  });
});

test('the roles of few environments need no managed policy', () => {
  const made = [...templates().values()].flatMap((template) =>
    sizes(template, 'AWS::IAM::ManagedPolicy', 'PolicyDocument'),
  );
  expect(made).toEqual([]);
});

/** The roles of a template, with the size of all their inline policies together. */
function rolesOf(template: Template): { id: string; inline: number; managed: number }[] {
  const attached = Object.values(template.findResources('AWS::IAM::Policy'));
  return Object.entries(template.findResources('AWS::IAM::Role')).map(([id, { Properties }]) => {
    const own = (Properties['Policies'] as { PolicyDocument: object }[]).map(({ PolicyDocument }) => PolicyDocument);
    const others = attached
      .filter((policy) => JSON.stringify(policy['Properties']['Roles']) === JSON.stringify([{ Ref: id }]))
      .map((policy) => policy['Properties']['PolicyDocument'] as object);
    const inline = [...own, ...others].reduce((sum, document) => sum + written(document).length, 0);
    return { id, inline, managed: ((Properties['ManagedPolicyArns'] as unknown[] | undefined) ?? []).length };
  });
}

/** The length of each policy as AWS gets it, by the logical id of the resource that has it. */
function sizes(template: Template, type: string, property: string): [string, number][] {
  return Object.entries(template.findResources(type)).map(([id, { Properties }]) => [
    id,
    written(Properties[property] as object).length,
  ]);
}

/** A document as AWS gets it, in a region with a long name; what other resources give is as long as it can be. */
function written(document: object): string {
  const values: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': 'ap-southeast-2',
    'AWS::AccountId': '111111111111',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const resolved = JSON.stringify(document, (_key, value: unknown) => {
    const [[name, argument] = [], ...others] = Object.entries(Object(value) as Record<string, unknown>);
    if (typeof value !== 'object' || others.length > 0) return value;
    if (name === 'Ref') return values[argument as string] ?? 'r'.repeat(64);
    if (name === 'Fn::GetAtt') return `arn:aws:iam::111111111111:role/${'r'.repeat(64)}`;
    if (name !== 'Fn::Join') return value;
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => (typeof part === 'string' ? part : written([part]).slice(2, -2))).join(separator);
  });
  return resolved;
}
