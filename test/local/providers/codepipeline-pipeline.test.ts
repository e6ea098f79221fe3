import { codePipelinePipeline } from '../../../local/providers/codepipeline-pipeline';
import { CodePipeline } from '../../../local/runtime/codepipeline/code-pipeline';
import { room } from '../../rig/room';
import { rolesTrusting } from '../runtime/codepipeline/pipelines';
import { providerContext } from './provider-context';

type Properties = Parameters<ReturnType<typeof codePipelinePipeline>['create']>[1];

const roleArn = 'arn:aws:iam::000000000000:role/pipeline';
const type = (Category: string, Provider: string) => ({ Category, Owner: 'AWS', Provider, Version: '1' });

const fetch = {
  Name: 'Fetch',
  ActionTypeId: type('Source', 'CodeCommit'),
  Configuration: { RepositoryName: 'app', BranchName: 'main', PollForSourceChanges: false },
  OutputArtifacts: [{ Name: 'Source' }],
  Namespace: 'Commit',
};
const compile = {
  Name: 'Compile',
  ActionTypeId: type('Build', 'CodeBuild'),
  Configuration: { ProjectName: 'compile', EnvironmentVariables: [{ name: 'COMMIT', value: '#{Commit.CommitId}' }] },
  InputArtifacts: [{ Name: 'Source' }],
  RunOrder: '2',
};
const properties = (change: Partial<Properties> = {}): Properties => ({
  Name: 'app',
  RoleArn: roleArn,
  PipelineType: 'V2',
  ArtifactStore: { Type: 'S3', Location: 'artifacts' },
  Stages: [
    { Name: 'Source', Actions: [fetch] },
    { Name: 'Build', Actions: [compile] },
  ],
  ...change,
});

function setUp() {
  const pipelines = new CodePipeline({
    ...room(),
    roles: rolesTrusting(),
    runners: {},
    objects: { read: () => Buffer.alloc(0), write: () => ({ versionId: 'null', eTag: '' }) },
    rules: {},
    events: { publish: () => {} },
    topics: { publish: () => 'message-1' },
  });
  return { pipelines, provider: codePipelinePipeline(pipelines), ctx: providerContext() };
}

describe('AWS::CodePipeline::Pipeline', () => {
  test('a pipeline is created as declared, and starts with the commit of its branch', async () => {
    const { pipelines, provider, ctx } = setUp();
    const provided = await provider.create(ctx, properties());
    expect(provided).toEqual({ physicalId: 'app', attributes: { Version: '1' } });
    expect(ctx.made).toEqual(['app']);
    const { definition } = pipelines.records.pipeline('app');
    expect(definition).toMatchObject({ pipelineType: 'V2', executionMode: 'SUPERSEDED', artifactBucket: 'artifacts' });
    expect(definition.stages[0]?.actions[0]?.configuration['PollForSourceChanges']).toBe('false');
    expect(definition.stages[1]?.actions[0]).toMatchObject({
      runOrder: 2,
      configuration: { EnvironmentVariables: '[{"name":"COMMIT","value":"#{Commit.CommitId}"}]' },
    });
    expect(pipelines.records.history('app')).toMatchObject([
      { status: 'InProgress', trigger: { type: 'CreatePipeline', detail: ctx.principal.arn } },
    ]);
  });

  test('deletion during an execution ends it, and its action reports nothing more', async () => {
    const { pipelines, provider, ctx } = setUp();
    const { physicalId } = await provider.create(ctx, properties());
    await provider.delete(ctx, { physicalId, properties: properties() });
    expect(pipelines.records.find('app')).toBeUndefined();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(pipelines.records.find('app')).toBeUndefined();
    await provider.delete(ctx, { physicalId, properties: properties() });
  });

  test('the default type is V1, and a pipeline without a name gets one (A2)', async () => {
    const { pipelines, provider, ctx } = setUp();
    const { physicalId } = await provider.create(ctx, properties({ Name: undefined, PipelineType: undefined }));
    expect(physicalId).toBe('demo-Thing-1A2B3C');
    expect(pipelines.records.pipeline(physicalId).definition.pipelineType).toBe('V1');
  });

  test('an update creates the next version of the same pipeline (A10)', async () => {
    const { pipelines, provider, ctx } = setUp();
    const before = properties();
    const current = { ...(await provider.create(ctx, before)), properties: before };
    const next = properties({ ExecutionMode: 'QUEUED' });
    expect(await provider.update?.(ctx, current, next)).toEqual({ physicalId: 'app', attributes: { Version: '2' } });
    expect(pipelines.records.pipeline('app').definition.executionMode).toBe('QUEUED');
  });

  test('transitions are disabled as declared, and enabled when the template no longer disables them (A14)', async () => {
    const { pipelines, provider, ctx } = setUp();
    const before = properties({ DisableInboundStageTransitions: [{ StageName: 'Build', Reason: 'frozen' }] });
    const current = { ...(await provider.create(ctx, before)), properties: before };
    expect(pipelines.records.pipeline('app').disabledTransitions).toMatchObject({ Build: { reason: 'frozen' } });
    await provider.update?.(ctx, current, properties());
    expect(pipelines.records.pipeline('app').disabledTransitions).toEqual({});
  });

  test('deletion removes the executions, and is idempotent', async () => {
    const { pipelines, provider, ctx } = setUp();
    const current = { ...(await provider.create(ctx, properties())), properties: properties() };
    pipelines.start('app', { trigger: 'StartPipelineExecution', detail: 'test' });
    await provider.delete(ctx, current);
    await provider.delete(ctx, current);
    expect(pipelines.records.all()).toEqual([]);
    expect(pipelines.records.history('app')).toEqual([]);
  });

  test('an invalid structure is refused with CodePipeline’s message', async () => {
    const { provider, ctx } = setUp();
    const alone = properties({ Stages: [{ Name: 'Source', Actions: [fetch] }] });
    await expect(provider.create(ctx, alone)).rejects.toThrow('Pipeline should have at least 2 stages');
    const strangers = properties({ RoleArn: 'arn:aws:iam::000000000000:role/nobody' });
    await expect(provider.create(ctx, strangers)).rejects.toMatchObject({ code: 'InvalidStructureException' });
  });

  test('unsupported settings are refused by name before anything is changed', () => {
    const { provider } = setUp();
    expect(provider.refuse?.(properties())).toEqual([]);
    const approve = { Name: 'Approve', ActionTypeId: type('Approval', 'Automatic'), TimeoutInMinutes: 5 };
    const refused = provider.refuse?.({
      ExecutionMode: 'PARALLEL',
      RestartExecutionOnUpdate: 'true',
      Stages: [
        { Name: 'Source', Actions: [fetch] },
        { Name: 'Release', Actions: [approve], OnFailure: { Result: 'ROLLBACK' }, Blockers: [] },
      ],
    });
    expect(refused).toEqual([
      'ExecutionMode: PARALLEL',
      'RestartExecutionOnUpdate: true',
      'ArtifactStore: a pipeline without it',
      'Stages.1.Blockers',
      'Stages.1.Actions.0.ActionTypeId: Approval/AWS/Automatic',
    ]);
  });

  test('a store for each region is accepted, including the pipeline’s own', async () => {
    const { pipelines, provider, ctx } = setUp();
    const store = (Region: string, Location: string) => ({ Region, ArtifactStore: { Type: 'S3', Location } });
    const stores = [store('eu-west-1', 'artifacts'), store('us-east-2', 'far')];
    const far = { ...compile, Name: 'Far', Region: 'us-east-2' };
    const both = { ArtifactStores: stores, Stages: [...properties().Stages, { Name: 'Far', Actions: [far] }] };
    await expect(provider.create(ctx, properties(both))).rejects.toThrow('artifactStore or artifactStores');
    const lacking = { ...both, ArtifactStore: undefined, ArtifactStores: stores.slice(1) };
    await expect(provider.create(ctx, properties(lacking))).rejects.toThrow("the pipeline's region eu-west-1");
    await provider.create(ctx, properties({ ...both, ArtifactStore: undefined }));
    expect(pipelines.records.pipeline('app').definition).toMatchObject({
      artifactBucket: 'artifacts',
      artifactStores: { 'eu-west-1': 'artifacts', 'us-east-2': 'far' },
      stages: [{}, {}, { actions: [{ region: 'us-east-2' }] }],
    });
  });

  test('a stage has its OnFailure setting (A22)', async () => {
    const { pipelines, provider, ctx } = setUp();
    const retry = { Result: 'RETRY', RetryConfiguration: { RetryMode: 'ALL_ACTIONS' as const } };
    const stages = (onFailure: Properties['Stages'][number]['OnFailure']) => [
      { Name: 'Source', Actions: [fetch] },
      { Name: 'Build', Actions: [compile], OnFailure: onFailure },
    ];
    await provider.create(ctx, properties({ Stages: stages(retry) }));
    const [, build] = pipelines.records.pipeline('app').definition.stages;
    expect(build?.onFailure).toEqual({ result: 'RETRY', retryMode: 'ALL_ACTIONS' });
    const made = provider.create(ctx, properties({ Stages: stages({ Result: 'SKIP' }) }));
    await expect(made).rejects.toMatchObject({ code: 'InvalidStageDeclarationException' });
  });

  test('a stage has conditions with rules; unsupported rules are refused by name (A22)', async () => {
    const { pipelines, provider, ctx } = setUp();
    const check = {
      Name: 'Check',
      RuleTypeId: { Category: 'Rule', Owner: 'AWS', Provider: 'VariableCheck', Version: '1' },
      Configuration: { Variable: '#{Commit.CommitId}', Operator: 'NE', Value: 1 },
    };
    const conditions = (result: 'SKIP' | 'ROLLBACK', ...rules: (typeof check)[]) => ({
      Conditions: [{ Result: result, Rules: rules }],
    });
    const stage = { Name: 'Build', Actions: [compile], BeforeEntry: conditions('SKIP', check) };
    const declared = { ...stage, OnSuccess: conditions('ROLLBACK', check), OnFailure: conditions('ROLLBACK', check) };
    await provider.create(ctx, properties({ Stages: [{ Name: 'Source', Actions: [fetch] }, declared] }));
    const [, build] = pipelines.records.pipeline('app').definition.stages;
    const configuration = { Variable: '#{Commit.CommitId}', Operator: 'NE', Value: '1' };
    const rules = [{ name: 'Check', provider: 'VariableCheck', version: '1', configuration, inputArtifacts: [] }];
    expect(build).toMatchObject({
      beforeEntry: { result: 'SKIP', rules },
      onSuccess: { result: 'ROLLBACK', rules },
      onFailure: { condition: { result: 'ROLLBACK', rules } },
    });
    const twice = { Conditions: [...conditions('SKIP', check).Conditions, ...conditions('SKIP', check).Conditions] };
    const stages = [
      { Name: 'Source', Actions: [fetch] },
      { ...stage, BeforeEntry: twice },
    ];
    await expect(provider.create(ctx, properties({ Stages: stages }))).rejects.toThrow(
      'BeforeEntry must have one condition, not 2.',
    );
    const commands = { ...check, RuleTypeId: { ...check.RuleTypeId, Provider: 'Commands' }, Commands: ['true'] };
    const refused = { ...stage, BeforeEntry: conditions('SKIP', commands) };
    expect(provider.refuse?.(properties({ Stages: [refused] }))).toEqual([
      'Stages.0.BeforeEntry.Conditions.0.Rules.0.Commands',
      'Stages.0.BeforeEntry.Conditions.0.Rules.0.RuleTypeId: Commands',
    ]);
  });

  test('unresolved references are not refused', () => {
    const { provider } = setUp();
    const unresolved = { ArtifactStore: {}, Stages: [{ Name: 'Source' }, { Actions: [{ Name: 'Compile' }] }] };
    expect(provider.refuse?.(unresolved as unknown as Properties)).toEqual([]);
  });
});
