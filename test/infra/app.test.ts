import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { declared, environment, PLACES, templates } from './synthesized';

const three = { environments: [environment('dev', 0), environment('qa', 1), environment('prod', 2)] };

test('each environment in the settings has its stacks, and the other stacks stay the same', () => {
  expect([...templates().keys()].sort()).toEqual([
    'greeter-dev-environment',
    'greeter-dev-fleet',
    'greeter-image',
    'greeter-pipeline',
    'greeter-repository',
  ]);
  expect([...templates(three).keys()].sort()).toEqual([
    'greeter-dev-environment',
    'greeter-dev-fleet',
    'greeter-image',
    'greeter-pipeline',
    'greeter-prod-environment',
    'greeter-prod-fleet',
    'greeter-qa-environment',
    'greeter-qa-fleet',
    'greeter-repository',
  ]);
  expect(templates(three).get('greeter-image')?.toJSON()).toEqual(templates().get('greeter-image')?.toJSON());
});

test('a person deploys the top-level stacks, the repository first and the pipeline last; the pipeline deploys the others', () => {
  const assembly = declared(three).synth();
  expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual([
    'greeter-repository',
    'greeter-dev-environment',
    'greeter-prod-environment',
    'greeter-qa-environment',
    'greeter-pipeline',
  ]);
  const commit = assembly.nestedAssemblies[0]?.nestedAssembly;
  expect(commit?.directory).toBe(join(assembly.directory, 'assembly-commit'));
  expect(commit?.stacks.map(({ stackName }) => stackName).sort()).toEqual([
    'greeter-dev-fleet',
    'greeter-image',
    'greeter-prod-fleet',
    'greeter-qa-fleet',
  ]);
});

test('for environments elsewhere, each stack has its place, and the pipeline depends on the stacks there', () => {
  const assembly = declared(PLACES).synth();
  expect(assembly.stacks.map(({ stackName, environment: { name } }) => `${name} ${stackName}`)).toEqual([
    'aws://111111111111/eu-west-1 greeter-repository',
    'aws://111111111111/us-east-2 greeter-artifacts-us-east-2',
    'aws://111111111111/eu-west-1 greeter-dev-environment',
    'aws://111111111111/us-east-2 greeter-far-environment',
    'aws://222222222222/us-east-2 greeter-prod-environment',
    'aws://222222222222/eu-west-1 greeter-qa-environment',
    'aws://111111111111/eu-west-1 greeter-pipeline',
  ]);
  const commit = assembly.nestedAssemblies[0]!.nestedAssembly.stacks;
  expect(commit.map(({ stackName, environment: { name } }) => `${name} ${stackName}`).sort()).toEqual([
    'aws://111111111111/eu-west-1 greeter-dev-fleet',
    'aws://111111111111/eu-west-1 greeter-image',
    'aws://111111111111/us-east-2 greeter-far-fleet',
    'aws://222222222222/eu-west-1 greeter-qa-fleet',
    'aws://222222222222/us-east-2 greeter-prod-fleet',
  ]);
  expect(commit.flatMap(({ assets }) => assets)).toEqual([]);
});

test('the templates of a commit need no assets, since the pipeline passes only the template', () => {
  for (const { assets, templateFullPath } of declared(three).synth().nestedAssemblies[0]!.nestedAssembly.stacks) {
    expect({ templateFullPath, assets }).toEqual({ templateFullPath, assets: [] });
  }
});

const all = (): [string, Template][] => [...templates(three)];

test('no template contains an account, a region or a partition', () => {
  for (const [name, template] of all()) {
    const text = JSON.stringify(template);
    expect([name, text.match(/\b\d{12}\b|\b(us|eu|ap|sa|ca|af|me)-[a-z]+-\d|arn:aws[:-]/g)]).toEqual([name, null]);
  }
});

test('no stack exports or imports a value (E28)', () => {
  for (const [name, template] of all()) {
    expect([name, JSON.stringify(template)]).not.toEqual([name, expect.stringMatching(/"Export"|Fn::ImportValue/)]);
  }
});

test('no template has a custom resource, or anything that only the CDK CLI evaluates', () => {
  const types = all().flatMap(([, template]) =>
    Object.values<{ Type: string }>(template.toJSON()['Resources']).map(({ Type }) => Type),
  );
  expect(types.filter((type) => /^Custom::|^AWS::CloudFormation::|^AWS::CDK::/.test(type))).toEqual([]);
});

describe('the synthesis command', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'synth-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const run = (settings: object) =>
    spawnSync(process.execPath, ['--require', 'tsx/cjs', 'infra/app.ts'], {
      cwd: join(__dirname, '../..'),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify({ settings }) },
    });

  test('writes the assembly and prints nothing', () => {
    const { status, stdout, stderr } = run({});
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readdirSync(directory)).toEqual(
      expect.arrayContaining(['manifest.json', 'pipeline.template.json', 'dev-environment.template.json']),
    );
    expect(
      readdirSync(join(directory, 'assembly-commit')).filter((file) => file.endsWith('.template.json')),
    ).toHaveLength(2);
  });

  test('prints a mistake in the settings without a stack trace', () => {
    const { status, stderr } = run({ name: 'Greeter' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The settings \(infra\/settings\.ts\) need a correction:\n {2}name: "Greeter" .*\n$/);
  });
});
