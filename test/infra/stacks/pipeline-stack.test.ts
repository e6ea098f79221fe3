import { Match } from 'aws-cdk-lib/assertions';
import { environment, propertiesOf, template } from '../synthesized';

interface Action {
  readonly Name: string;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Record<string, string>;
  readonly RunOrder: number;
  readonly Namespace?: string;
  readonly InputArtifacts?: { Name: string }[];
  readonly OutputArtifacts?: { Name: string }[];
}

interface Stage {
  readonly Name: string;
  readonly Actions: readonly Action[];
}

const pipeline = template('greeter-pipeline');

function stages(environments = [environment('dev', 0)]): Stage[] {
  const [definition] = propertiesOf(template('greeter-pipeline', { environments }), 'AWS::CodePipeline::Pipeline');
  return definition?.['Stages'] as Stage[];
}

const action = (name: string) =>
  stages()
    .flatMap(({ Actions }) => Actions)
    .find(({ Name }) => Name === name)!;
const overrides = (name: string) =>
  JSON.parse(action(name).Configuration['ParameterOverrides']!) as Record<string, unknown>;

test('a commit goes through source, compile and synth, version, bake and every environment', () => {
  const three = stages([environment('dev', 0), environment('qa', 1), environment('prod', 2)]);
  expect(three.map(({ Name, Actions }) => [Name, ...Actions.map((each) => `${each.RunOrder} ${each.Name}`)])).toEqual([
    ['Source', '1 Commit'],
    ['Build', '1 Compile', '1 Synth'],
    ['Version', '1 Increment'],
    ['Bake', '1 Image'],
    ['dev', '1 Capacity', '2 Roll'],
    ['qa', '1 Capacity', '2 Roll'],
    ['prod', '1 Capacity', '2 Roll'],
  ]);
});

test('A2, A17: the pipeline is of type V2, and two executions are never in one stage', () => {
  pipeline.hasResourceProperties('AWS::CodePipeline::Pipeline', { PipelineType: 'V2', ExecutionMode: 'SUPERSEDED' });
});

test('A31: an event starts it, and it never polls', () => {
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

test('A27: functions are told ids, numbers and names of the settings, nothing that a commit says', () => {
  expect(JSON.parse(action('Increment').Configuration['UserParameters']!)).toEqual({
    executionId: '#{codepipeline.PipelineExecutionId}',
    commitId: '#{SourceVariables.CommitId}',
  });
  expect(JSON.parse(action('Capacity').Configuration['UserParameters']!)).toEqual({
    stack: 'greeter-dev-fleet',
    min: 2,
    max: 4,
    batch: 1,
  });
});

test('A46: the bake may replace a stack that failed; it passes the application by its place', () => {
  expect(action('Image').Configuration).toMatchObject({ ActionMode: 'REPLACE_ON_FAILURE', StackName: 'greeter-image' });
  expect(action('Image').InputArtifacts).toEqual([{ Name: 'Templates' }, { Name: 'App' }]);
  expect(overrides('Image')).toMatchObject({
    ImageVersion: '#{Version.ImageVersion}',
    ArtifactBucket: { 'Fn::GetArtifactAtt': ['App', 'BucketName'] },
    ArtifactKey: { 'Fn::GetArtifactAtt': ['App', 'ObjectKey'] },
  });
});

test('A46: a deployment never uses a mode that can delete a live stack', () => {
  const modes = stages([environment('dev', 0), environment('qa', 1)])
    .slice(4)
    .flatMap(({ Actions }) => Actions)
    .filter(({ ActionTypeId }) => ActionTypeId.Provider === 'CloudFormation')
    .map(({ Configuration }) => Configuration['ActionMode']);
  expect(modes).toEqual(['CREATE_UPDATE', 'CREATE_UPDATE']);
});

test('A16: every environment gets the image of its execution, and the sizes that were read for it', () => {
  expect(overrides('Roll')).toMatchObject({
    ImageId: '#{Bake.ImageId}',
    MinInstancesInService: '#{Capacity-dev.MinInstancesInService}',
    MaxSize: '#{Capacity-dev.MaxSize}',
  });
});

test('what is passed to a stack are parameters of its template, and every one without a default is passed', () => {
  for (const [name, stack] of [
    ['Image', 'greeter-image'],
    ['Roll', 'greeter-dev-fleet'],
  ] as const) {
    const parameters = template(stack).toJSON()['Parameters'] as Record<string, { Default?: string }>;
    const needed = Object.keys(parameters).filter((key) => parameters[key]?.Default === undefined);
    expect(Object.keys(overrides(name)).sort()).toEqual(needed.sort());
  }
});

test('A5: names are unique, and no namespace is the name of an artifact', () => {
  const actions = stages([environment('dev', 0), environment('qa', 1)]).flatMap(({ Actions }) => Actions);
  const namespaces = actions.flatMap(({ Namespace }) => Namespace ?? []);
  const artifacts = actions.flatMap(({ OutputArtifacts = [] }) => OutputArtifacts.map(({ Name }) => Name));
  expect(new Set([...namespaces, ...artifacts]).size).toBe(namespaces.length + artifacts.length);
});

test('no configuration speaks of a commit message (H1)', () => {
  expect(JSON.stringify(pipeline)).not.toContain('CommitMessage');
});

test('artifacts are encrypted, versioned, private, only reached by TLS, and forgotten after a while', () => {
  pipeline.hasResourceProperties('AWS::S3::Bucket', {
    VersioningConfiguration: { Status: 'Enabled' },
    BucketEncryption: { ServerSideEncryptionConfiguration: Match.anyValue() },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    LifecycleConfiguration: { Rules: [Match.objectLike({ Status: 'Enabled', ExpirationInDays: 90 })] },
  });
  pipeline.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    },
  });
});

test('A38: Lambda runs no function again by itself', () => {
  expect(propertiesOf(pipeline, 'AWS::Lambda::EventInvokeConfig')).toEqual([
    expect.objectContaining({ MaximumRetryAttempts: 0 }),
    expect.objectContaining({ MaximumRetryAttempts: 0 }),
  ]);
});

test('A42: functions end long before CodePipeline loses patience', () => {
  for (const { Timeout } of propertiesOf(pipeline, 'AWS::Lambda::Function')) expect(Timeout).toBeLessThanOrEqual(120);
});

test('every log forgets', () => {
  const groups = propertiesOf(pipeline, 'AWS::Logs::LogGroup');
  expect(groups.map(({ LogGroupName }) => LogGroupName).sort()).toEqual([
    '/aws/codebuild/greeter-compile',
    '/aws/codebuild/greeter-synth',
    '/aws/lambda/greeter-increment-image-version',
    '/aws/lambda/greeter-read-fleet-capacity',
  ]);
  expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual([30, 30, 30, 30]);
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
