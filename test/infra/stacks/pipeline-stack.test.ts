import { Match } from 'aws-cdk-lib/assertions';
import type { EnvironmentSettings, Settings } from '../../../infra/settings/types';
import { environment, propertiesOf, THREE, template } from '../synthesized';

interface Action {
  readonly Name: string;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Record<string, unknown>;
  readonly RunOrder: number;
  readonly Namespace?: string;
  readonly InputArtifacts?: { Name: string }[];
  readonly OutputArtifacts?: { Name: string }[];
}

interface Rule {
  readonly Name: string;
  readonly RuleTypeId: Readonly<Record<string, string>>;
  readonly Configuration: Record<string, unknown>;
}

interface Stage {
  readonly Name: string;
  readonly OnFailure?: { readonly Result: string };
  readonly BeforeEntry?: {
    readonly Conditions: readonly { readonly Result: string; readonly Rules: readonly Rule[] }[];
  };
  readonly Actions: readonly Action[];
}

const pipeline = template('greeter-pipeline');

function stages(environments: Settings['environments'] = [environment('dev', 0)]): Stage[] {
  const [definition] = propertiesOf(template('greeter-pipeline', { environments }), 'AWS::CodePipeline::Pipeline');
  return definition?.['Stages'] as Stage[];
}

const action = (name: string) =>
  stages()
    .flatMap(({ Actions }) => Actions)
    .find(({ Name }) => Name === name)!;
/** Returns the configuration of one action, with `<Name>` for values that only the deployment knows. */
function configuration(environments: readonly EnvironmentSettings[], stage: string, name: string) {
  const found = stages(environments)
    .find(({ Name }) => Name === stage)!
    .Actions.find(({ Name }) => Name === name)!;
  return Object.fromEntries(Object.entries(found.Configuration).map(([key, value]) => [key, flat(value)]));
}

function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  return join ? join[1].map(flat).join(join[0]) : `<${Ref}>`;
}

const overrides = (name: string) =>
  JSON.parse(flat(action(name).Configuration['ParameterOverrides'])) as Record<string, unknown>;

test('a commit passes source, compile and synth, version, bake and every environment, with and without approval', () => {
  const three = stages(THREE.environments);
  expect(three.map(({ Name, Actions }) => [Name, ...Actions.map((each) => `${each.RunOrder} ${each.Name}`)])).toEqual([
    ['Source', '1 Commit'],
    ['Build', '1 Compile', '1 Synth'],
    ['Version', '1 Increment'],
    ['Bake', '1 Prepare', '2 Image'],
    ['dev', '1 Prepare', '2 Roll', '3 Verify'],
    ['approve-qa', '1 Look', '2 Approval'],
    ['qa', '1 Prepare', '2 Roll', '3 Verify'],
    ['approve-prod', '1 Look', '2 Approval'],
    ['prod', '1 Prepare', '2 Roll', '3 Verify'],
  ]);
});

test('at most five environments check on entry that the version is healthy in those before (A22)', () => {
  const rules = (environments?: Settings['environments']) =>
    Object.fromEntries(
      stages(environments).flatMap(({ Name, BeforeEntry }) =>
        BeforeEntry
          ? [[Name, BeforeEntry.Conditions.map(({ Result, Rules }) => [Result, Rules.map((one) => one.Name)])]]
          : [],
      ),
    );
  expect(rules(THREE.environments)).toEqual({
    qa: [['FAIL', ['GoodIn-dev']]],
    prod: [['FAIL', ['GoodIn-dev', 'GoodIn-qa']]],
  });
  const [first, ...others] = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => environment(name, index));
  const seven: Settings['environments'] = [first!, ...others];
  expect(rules(seven)['g']).toEqual([['FAIL', ['b', 'c', 'd', 'e', 'f'].map((name) => `GoodIn-${name}`)]]);
  const qa = stages(THREE.environments).find(({ Name }) => Name === 'qa');
  const [rule] = qa?.BeforeEntry?.Conditions[0]?.Rules ?? [];
  expect(rule?.RuleTypeId).toEqual({ Category: 'Rule', Owner: 'AWS', Provider: 'LambdaInvoke', Version: '1' });
  expect(JSON.parse(flat(rule?.Configuration['UserParameters']))).toEqual({
    application: 'greeter',
    executionId: '#{codepipeline.PipelineExecutionId}',
    version: '#{Version.ImageVersion}',
    environment: 'dev',
    stack: 'greeter-dev-fleet',
  });
});

test('the pipeline is of type V2, and a stage never runs two executions (A2, A17)', () => {
  pipeline.hasResourceProperties('AWS::CodePipeline::Pipeline', { PipelineType: 'V2', ExecutionMode: 'SUPERSEDED' });
});

test('an event starts it, and it never polls (A31)', () => {
  expect(action('Commit').Configuration).toMatchObject({ PollForSourceChanges: 'false', BranchName: 'main' });
  pipeline.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.codecommit'],
      'detail-type': ['CodeCommit Repository State Change'],
      detail: {
        event: ['referenceCreated', 'referenceUpdated'],
        referenceType: ['branch'],
        referenceName: ['main'],
      },
    },
  });
});

test('executions can be queued, and never run in parallel (A13, A17)', () => {
  template('greeter-pipeline', { executionMode: 'QUEUED' }).hasResourceProperties('AWS::CodePipeline::Pipeline', {
    ExecutionMode: 'QUEUED',
  });
});

test('a failed environment stage is rolled back, and no other stage is (A21, A22)', () => {
  const failing = (definition: Stage[]) => definition.map(({ Name, OnFailure }) => [Name, OnFailure?.Result]);
  expect(failing(stages(THREE.environments))).toEqual([
    ['Source', undefined],
    ['Build', undefined],
    ['Version', undefined],
    ['Bake', undefined],
    ['dev', 'ROLLBACK'],
    ['approve-qa', undefined],
    ['qa', 'ROLLBACK'],
    ['approve-prod', undefined],
    ['prod', 'ROLLBACK'],
  ]);
});

test('parameters of functions are ids, numbers and names from the settings, and never text of a commit (A27)', () => {
  const told = (stage: string, name: string) =>
    JSON.parse(configuration(THREE.environments!, stage, name)['UserParameters']!) as object;
  const executionId = '#{codepipeline.PipelineExecutionId}';
  const pinned = {
    AppVersionId: '#{Version.AppVersionId}',
    TemplatesVersionId: '#{Version.TemplatesVersionId}',
  };
  expect(told('Version', 'Increment')).toEqual({ executionId, commitId: '#{SourceVariables.CommitId}' });
  expect(told('Bake', 'Prepare')).toEqual({
    stack: 'greeter-image',
    executionId,
    ...pinned,
    imageVersion: '#{Version.ImageVersion}',
  });
  expect(told('dev', 'Prepare')).toEqual({
    application: 'greeter',
    stack: 'greeter-dev-fleet',
    executionId,
    min: 2,
    max: 4,
    batch: 1,
    ...pinned,
  });
  expect(told('approve-qa', 'Look')).toEqual({ stack: 'greeter-qa-fleet', max: 4 });
});

test('verification checks that an environment serves exactly this version, and that its alarms are OK', () => {
  const asked = (stage: string) =>
    JSON.parse(configuration(THREE.environments!, stage, 'Verify')['UserParameters']!) as object;
  const version = '#{Version.ImageVersion}';
  const pinned = { AppVersionId: expect.any(String), TemplatesVersionId: expect.any(String) };
  expect(asked('dev')).toEqual({ url: '<Urldev>', path: '/health', status: 200, withinMinutes: 5, version, ...pinned });
  expect(asked('prod')).toEqual({
    ...pinned,
    url: '<Urlprod>',
    path: '/',
    status: 200,
    contains: '"{version}"',
    withinMinutes: 10,
    version,
    alarms: ['greeter-prod-errors', 'greeter-prod-unhealthy-hosts', 'greeter-prod-latency'],
    watchMinutes: 15,
  });
  template('greeter-pipeline').hasParameter('Urldev', { Default: '/greeter/dev/url' });
});

test('the bake may replace a failed stack, and passes the application by the location of its artifact (A46)', () => {
  expect(action('Image').Configuration).toMatchObject({ ActionMode: 'REPLACE_ON_FAILURE', StackName: 'greeter-image' });
  expect(action('Image').InputArtifacts).toEqual([{ Name: 'Templates' }, { Name: 'App' }]);
  expect(overrides('Image')).toMatchObject({
    ImageVersion: '#{Version.ImageVersion}',
    ArtifactBucket: { 'Fn::GetArtifactAtt': ['App', 'BucketName'] },
    ArtifactKey: { 'Fn::GetArtifactAtt': ['App', 'ObjectKey'] },
  });
});

test('a deployment never uses a mode that can delete a live stack (A46)', () => {
  const modes = stages([environment('dev', 0), environment('qa', 1)])
    .slice(4)
    .flatMap(({ Actions }) => Actions)
    .filter(({ ActionTypeId }) => ActionTypeId.Provider === 'CloudFormation')
    .map(({ Configuration }) => Configuration['ActionMode']);
  expect(modes).toEqual(['CREATE_UPDATE', 'CREATE_UPDATE']);
});

test('every environment gets the image of its execution, and the sizes that were read for its group (A16)', () => {
  expect(overrides('Roll')).toMatchObject({
    ImageId: '#{Bake.ImageId}',
    MinInstancesInService: '#{Capacity-dev.MinInstancesInService}',
    MaxSize: '#{Capacity-dev.MaxSize}',
  });
});

test('a stack receives only parameters of its template, and every parameter without a default', () => {
  for (const [name, stack] of [
    ['Image', 'greeter-image'],
    ['Roll', 'greeter-dev-fleet'],
  ] as const) {
    const parameters = template(stack).toJSON()['Parameters'] as Record<string, { Default?: string }>;
    const needed = Object.keys(parameters).filter((key) => parameters[key]?.Default === undefined);
    expect(Object.keys(overrides(name)).sort()).toEqual(needed.sort());
  }
});

test('names are unique, and no namespace is the name of an artifact (A5)', () => {
  const actions = stages([environment('dev', 0), environment('qa', 1)]).flatMap(({ Actions }) => Actions);
  const namespaces = actions.flatMap(({ Namespace }) => Namespace ?? []);
  const artifacts = actions.flatMap(({ OutputArtifacts = [] }) => OutputArtifacts.map(({ Name }) => Name));
  expect(new Set([...namespaces, ...artifacts]).size).toBe(namespaces.length + artifacts.length);
});

test('no configuration refers to a commit message (H1)', () => {
  expect(JSON.stringify(pipeline)).not.toContain('CommitMessage');
});

test('artifacts are encrypted, versioned and private, require TLS, and expire', () => {
  pipeline.hasResourceProperties('AWS::S3::Bucket', {
    VersioningConfiguration: { Status: 'Enabled' },
    BucketEncryption: { ServerSideEncryptionConfiguration: Match.anyValue() },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    LifecycleConfiguration: { Rules: [Match.objectLike({ Status: 'Enabled', ExpirationInDays: 372 })] },
  });
  pipeline.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    },
  });
});

test('Lambda does not retry a function that has reported its result (A38)', () => {
  const told = propertiesOf(pipeline, 'AWS::Lambda::EventInvokeConfig').filter(
    ({ MaximumRetryAttempts }) => MaximumRetryAttempts === 0,
  );
  const names = propertiesOf(pipeline, 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName);
  expect(names).toContain('greeter-explain-failure');
  // That one is asked by no pipeline, and may be run again.
  expect(told).toHaveLength(names.length - 1);
});

test('functions time out long before CodePipeline does (A42)', () => {
  for (const { Timeout } of propertiesOf(pipeline, 'AWS::Lambda::Function')) expect(Timeout).toBeLessThanOrEqual(120);
});

test('every log group has a retention', () => {
  const groups = propertiesOf(pipeline, 'AWS::Logs::LogGroup');
  expect(groups.map(({ LogGroupName }) => LogGroupName).sort()).toEqual([
    '/aws/codebuild/greeter-compile',
    '/aws/codebuild/greeter-synth',
    '/aws/lambda/greeter-explain-failure',
    '/aws/lambda/greeter-increment-image-version',
    '/aws/lambda/greeter-prepare-deployment',
    '/aws/lambda/greeter-verify-environment',
  ]);
  expect(new Set(groups.map(({ RetentionInDays }) => RetentionInDays))).toEqual(new Set([30]));
});

test('builds and functions are of the architecture of the image', () => {
  const of = (architecture: 'arm64' | 'x86_64', type: string) => {
    const image = { architecture, version: '1.0', instanceType: 't4g.small' } as const;
    const found = template('greeter-pipeline', { image });
    found.allResourcesProperties('AWS::Lambda::Function', { Architectures: [architecture] });
    found.allResourcesProperties('AWS::CodeBuild::Project', { Environment: { Type: type } });
  };
  of('arm64', 'ARM_CONTAINER');
  of('x86_64', 'LINUX_CONTAINER');
});
