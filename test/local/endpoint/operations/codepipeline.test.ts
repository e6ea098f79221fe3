import {
  type CodePipelineClient,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  RetryStageExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { definition, principal, Served } from './codepipeline-served';

let client: CodePipelineClient;
let invoked: string[];
const served = new Served();
beforeEach(async () => {
  await served.open();
  ({ client, invoked } = served);
});
afterEach(() => served.close());

const start = () => served.start();
const succeed = (result?: Parameters<Served['succeed']>[0]) => served.succeed(result);
const fail = (message?: string) => served.fail(message);

test('a pipeline is listed, and shown as it was declared', async () => {
  const { pipelines: listed } = await client.send(new ListPipelinesCommand({}));
  expect(listed).toEqual([expect.objectContaining({ name: 'app', version: 1, pipelineType: 'V2' })]);
  const { pipeline: shown, metadata } = await client.send(new GetPipelineCommand({ name: 'app' }));
  expect(metadata?.pipelineArn).toBe('arn:aws:codepipeline:eu-west-1:000000000000:app');
  expect(shown).toMatchObject({
    roleArn: definition.roleArn,
    artifactStore: { type: 'S3', location: 'artifacts' },
    stages: [
      {
        name: 'Stage1',
        actions: [{ name: 'Fetch', namespace: 'SourceVariables', outputArtifacts: [{ name: 'Source' }] }],
      },
      { name: 'Stage2', actions: [{ name: 'Increment', actionTypeId: { category: 'Invoke', provider: 'Lambda' } }] },
    ],
  });
});

test('a function’s job result is shown as the action’s summary, variables and id (A40)', async () => {
  const id = await start();
  await succeed({
    outputVariables: { ImageVersion: '1.0.7' },
    executionDetails: { summary: 'version 1.0.7', externalExecutionId: 'parameter version 7', percentComplete: 100 },
  });
  const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'app' }));
  expect(stageStates?.[1]).toMatchObject({
    latestExecution: { pipelineExecutionId: id, status: 'Succeeded' },
    actionStates: [
      {
        latestExecution: { status: 'Succeeded', summary: 'version 1.0.7', externalExecutionId: 'parameter version 7' },
      },
    ],
  });
  const { actionExecutionDetails } = await client.send(new ListActionExecutionsCommand({ pipelineName: 'app' }));
  const details = actionExecutionDetails?.find(({ actionName }) => actionName === 'Increment');
  expect(details).toMatchObject({
    input: {
      configuration: { UserParameters: '{"commitId":"#{SourceVariables.CommitId}"}' },
      resolvedConfiguration: { UserParameters: '{"commitId":"c0ffee"}' },
      region: 'eu-west-1',
    },
    output: {
      outputVariables: { ImageVersion: '1.0.7' },
      executionResult: { externalExecutionSummary: 'version 1.0.7' },
    },
  });
});

test('an action in another region is shown there, in the definition and in the history', async () => {
  const [source, stage] = definition.stages;
  const far = { ...stage!, actions: stage!.actions.map((each) => ({ ...each, region: 'us-east-2' })) };
  const artifactStores = { 'eu-west-1': 'artifacts', 'us-east-2': 'far-artifacts' };
  served.pipelines.put({ ...definition, artifactStores, stages: [source!, far] });
  const { pipeline: shown } = await client.send(new GetPipelineCommand({ name: 'app' }));
  expect(shown?.stages?.flatMap(({ actions = [] }) => actions.map(({ region }) => region))).toEqual([
    undefined,
    'us-east-2',
  ]);
  await start();
  await succeed();
  const { actionExecutionDetails } = await client.send(new ListActionExecutionsCommand({ pipelineName: 'app' }));
  expect(actionExecutionDetails?.map(({ actionName, input }) => [actionName, input?.region])).toEqual([
    ['Increment', 'us-east-2'],
    ['Fetch', 'eu-west-1'],
  ]);
});

test('an execution is shown with its trigger, its input and its result', async () => {
  const id = await start();
  await fail('the parameter is gone');
  const execution = { pipelineName: 'app', pipelineExecutionId: id };
  const { pipelineExecution } = await client.send(new GetPipelineExecutionCommand(execution));
  expect(pipelineExecution).toMatchObject({
    status: 'Failed',
    statusSummary: 'Increment: the parameter is gone',
    executionMode: 'SUPERSEDED',
    trigger: { triggerType: 'StartPipelineExecution', triggerDetail: principal.arn },
    artifactRevisions: [{ name: 'Source', revisionId: 'c0ffee', revisionSummary: 'Say hi' }],
  });
  const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'app' }));
  expect(stageStates?.[1]?.actionStates?.[0]?.latestExecution).toMatchObject({
    status: 'Failed',
    errorDetails: { code: 'JobFailed', message: 'the parameter is gone' },
  });
});

test('executions are listed page by page, the latest first, and by the stage they succeeded in', async () => {
  const failed = await start();
  await fail();
  const succeeded = await start();
  await succeed();
  const list = async (more: object) => {
    const request = new ListPipelineExecutionsCommand({ pipelineName: 'app', ...more });
    const { pipelineExecutionSummaries = [], nextToken } = await client.send(request);
    return { ids: pipelineExecutionSummaries.map(({ pipelineExecutionId }) => pipelineExecutionId), nextToken };
  };
  const first = await list({ maxResults: 1 });
  expect(first.ids).toEqual([succeeded]);
  expect(await list({ maxResults: 1, nextToken: first.nextToken })).toEqual({ ids: [failed] });
  expect((await list({ filter: { succeededInStage: { stageName: 'Stage2' } } })).ids).toEqual([succeeded]);
  expect((await list({ filter: { succeededInStage: { stageName: 'Stage1' } } })).ids).toEqual([succeeded, failed]);
  await expect(list({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
});

test('a failed stage is retried, and both attempts of its action are listed (A20)', async () => {
  const id = await start();
  await fail();
  const stage = { pipelineName: 'app', stageName: 'Stage2', pipelineExecutionId: id };
  await client.send(new RetryStageExecutionCommand({ ...stage, retryMode: 'FAILED_ACTIONS' }));
  await succeed();
  const attempts = async (filter: object) => {
    const request = new ListActionExecutionsCommand({ pipelineName: 'app', filter });
    const { actionExecutionDetails = [] } = await client.send(request);
    return actionExecutionDetails.filter(({ stageName }) => stageName === 'Stage2').map(({ status }) => status);
  };
  expect((await attempts({ pipelineExecutionId: id })).sort()).toEqual(['Failed', 'Succeeded']);
  const latest = { pipelineExecutionId: id, startTimeRange: 'Latest' };
  expect(await attempts({ latestInPipelineExecution: latest })).toEqual(['Succeeded']);
  const again = new RetryStageExecutionCommand({ ...stage, retryMode: 'ALL_ACTIONS' });
  await expect(client.send(again)).rejects.toMatchObject({ name: 'StageNotRetryableException' });
});

test('a stopping execution is shown in its stage until its action has ended (A19)', async () => {
  const id = await start();
  const stop = { pipelineName: 'app', pipelineExecutionId: id, reason: 'enough' };
  await client.send(new StopPipelineExecutionCommand(stop));
  const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'app' }));
  expect(stageStates?.[1]?.latestExecution?.status).toBe('Stopping');
  const again = client.send(new StopPipelineExecutionCommand(stop));
  await expect(again).rejects.toMatchObject({ name: 'DuplicatedStopRequestException' });
  await client.send(new StopPipelineExecutionCommand({ ...stop, abandon: true }));
  const { pipelineExecutionSummaries } = await client.send(new ListPipelineExecutionsCommand({ pipelineName: 'app' }));
  expect(pipelineExecutionSummaries).toEqual([
    expect.objectContaining({ status: 'Stopped', stopTrigger: { reason: 'enough' } }),
  ]);
});

test('a disabled transition is shown with its reason and the waiting execution, and can be enabled again (A14)', async () => {
  const stage = { pipelineName: 'app', stageName: 'Stage2', transitionType: 'Inbound' as const };
  await client.send(new DisableStageTransitionCommand({ ...stage, reason: 'frozen' }));
  const id = await start();
  const inbound = async () => {
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'app' }));
    const { inboundTransitionState, inboundExecution } = stageStates?.[1] ?? {};
    return { inboundTransitionState, inboundExecution };
  };
  expect(await inbound()).toMatchObject({
    inboundTransitionState: { enabled: false, disabledReason: 'frozen' },
    inboundExecution: { pipelineExecutionId: id },
  });
  await client.send(new EnableStageTransitionCommand(stage));
  expect(await inbound()).toEqual({ inboundTransitionState: { enabled: true } });
  expect(invoked).toHaveLength(1);
});

test('a job result that is empty, too long, of an unknown kind or for no job is refused (A40)', async () => {
  await start();
  await expect(fail('')).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(succeed({ executionDetails: { summary: '' } })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(succeed({ continuationToken: 'x'.repeat(2049) })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(succeed({ executionDetails: { percentComplete: 101 } })).rejects.toThrow(
    'executionDetails.percentComplete',
  );
  const strange = { type: 'Tired' as 'JobFailed', message: 'no' };
  const request = new PutJobFailureResultCommand({ jobId: invoked[0], failureDetails: strange });
  await expect(client.send(request)).rejects.toThrow('Member must satisfy enum value set');
  await succeed();
  await expect(succeed()).rejects.toMatchObject({ name: 'InvalidJobStateException' });
  const nobody = new PutJobSuccessResultCommand({ jobId: 'nobody' });
  await expect(client.send(nobody)).rejects.toMatchObject({ name: 'JobNotFoundException' });
});

test('missing pipelines, stages and executions are refused with AWS’s error names', async () => {
  const state = client.send(new GetPipelineStateCommand({ name: 'other' }));
  await expect(state).rejects.toMatchObject({ name: 'PipelineNotFoundException' });
  const execution = { pipelineName: 'app', pipelineExecutionId: '11111111-1111-4111-8111-111111111111' };
  await expect(client.send(new GetPipelineExecutionCommand(execution))).rejects.toMatchObject({
    name: 'PipelineExecutionNotFoundException',
  });
  const stage = { pipelineName: 'app', stageName: 'Nowhere', transitionType: 'Inbound' as const };
  await expect(client.send(new EnableStageTransitionCommand(stage))).rejects.toMatchObject({
    name: 'StageNotFoundException',
  });
});
