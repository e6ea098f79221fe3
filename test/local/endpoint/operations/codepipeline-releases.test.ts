import {
  type CodePipelineClient,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListRuleExecutionsCommand,
  OverrideStageConditionCommand,
  PutApprovalResultCommand,
  RollbackStageCommand,
} from '@aws-sdk/client-codepipeline';
import { approval, pipeline, source } from '../../runtime/codepipeline/pipelines';
import { definition, principal, Served } from './codepipeline-served';

let client: CodePipelineClient;
const served = new Served();
beforeEach(async () => {
  await served.open();
  ({ client } = served);
});
afterEach(() => served.close());

const start = () => served.start();
const succeed = () => served.succeed();
const fail = () => served.fail();

test('a rollback is shown with its target and the principal that started it (A21)', async () => {
  const good = await start();
  await succeed();
  const bad = await start();
  await fail();
  const rollback = { pipelineName: 'app', stageName: 'Stage2', targetPipelineExecutionId: good };
  const { pipelineExecutionId } = await client.send(new RollbackStageCommand(rollback));
  await succeed();
  const shown = {
    executionType: 'ROLLBACK',
    rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
    trigger: { triggerType: 'ManualRollback', triggerDetail: principal.arn },
    status: 'Succeeded',
  };
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName: 'app', pipelineExecutionId }),
  );
  expect(pipelineExecution).toMatchObject(shown);
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'app' }),
  );
  expect(pipelineExecutionSummaries[0]).toMatchObject(shown);
  expect(pipelineExecutionSummaries[1]).toMatchObject({ executionType: 'STANDARD' });
  const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'app' }));
  expect(stageStates?.[1]?.latestExecution).toEqual({ pipelineExecutionId, status: 'Succeeded', type: 'ROLLBACK' });
  const outdated = new RollbackStageCommand({ ...rollback, targetPipelineExecutionId: bad });
  await expect(client.send(outdated)).rejects.toMatchObject({ name: 'UnableToRollbackStageException' });
});

test('a condition is declared, shown with its rules, listed and overridden (A22)', async () => {
  const { stages, ...rest } = definition;
  const check = { Variable: '#{SourceVariables.CommitId}', Operator: 'EQ', Value: 'other' };
  const rules = [{ name: 'Check', provider: 'VariableCheck', version: '1', configuration: check, inputArtifacts: [] }];
  const [first, second] = stages;
  if (!first || !second) throw new Error('two stages');
  served.pipelines.put({ ...rest, stages: [first, { ...second, beforeEntry: { result: 'FAIL', rules } }] });
  const ruleTypeId = { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' };
  const { pipeline: shown } = await client.send(new GetPipelineCommand({ name: 'app' }));
  expect(shown?.stages?.[1]?.beforeEntry).toMatchObject({
    conditions: [{ result: 'FAIL', rules: [{ name: 'Check', ruleTypeId, configuration: check }] }],
  });
  const id = await start();
  const errorDetails = { code: 'JobFailed', message: 'The variable does not meet "c0ffee" EQ "other"' };
  const status = 'Failed';
  expect(await served.stage()).toMatchObject({
    latestExecution: { status },
    beforeEntryConditionState: {
      latestExecution: { status, summary: `Check: ${errorDetails.message}` },
      conditionStates: [
        { latestExecution: { status }, ruleStates: [{ ruleName: 'Check', latestExecution: { status, errorDetails } }] },
      ],
    },
  });
  const latest = { pipelineExecutionId: id, startTimeRange: 'Latest' } as const;
  const { ruleExecutionDetails } = await client.send(
    new ListRuleExecutionsCommand({ pipelineName: 'app', filter: { latestInPipelineExecution: latest } }),
  );
  expect(ruleExecutionDetails).toEqual([
    expect.objectContaining({
      pipelineExecutionId: id,
      stageName: 'Stage2',
      ruleName: 'Check',
      status,
      input: expect.objectContaining({ ruleTypeId, resolvedConfiguration: { ...check, Variable: 'c0ffee' } }),
      output: { executionResult: { errorDetails } },
    }),
  ]);
  const place = { pipelineName: 'app', stageName: 'Stage2', pipelineExecutionId: id };
  await client.send(new OverrideStageConditionCommand({ ...place, conditionType: 'BEFORE_ENTRY' }));
  await succeed();
  expect(await served.stage()).toMatchObject({
    latestExecution: { status: 'Succeeded' },
    beforeEntryConditionState: { latestExecution: { status: 'Overridden' } },
  });
  const again = new OverrideStageConditionCommand({ ...place, conditionType: 'ON_SUCCESS' });
  await expect(client.send(again)).rejects.toMatchObject({ name: 'ConditionNotOverridableException' });
  const strange = new OverrideStageConditionCommand({ ...place, conditionType: 'ON_FAILURE' as 'ON_SUCCESS' });
  await expect(client.send(strange)).rejects.toThrow('[BEFORE_ENTRY, ON_SUCCESS]');
});

test('a stage’s automatic retry is declared, executed and counted (A22)', async () => {
  const { stages, ...rest } = definition;
  const onFailure = { result: 'RETRY', retryMode: 'ALL_ACTIONS' } as const;
  served.pipelines.put({ ...rest, stages: stages.map((stage) => ({ ...stage, onFailure })) });
  const { pipeline: shown } = await client.send(new GetPipelineCommand({ name: 'app' }));
  expect(shown?.stages?.[1]?.onFailure).toEqual({
    result: 'RETRY',
    retryConfiguration: { retryMode: 'ALL_ACTIONS' },
  });
  await start();
  await fail();
  await succeed();
  const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'app' }));
  expect(stageStates?.[1]).toMatchObject({
    latestExecution: { status: 'Succeeded' },
    retryStageMetadata: { autoStageRetryAttempt: 1, latestRetryTrigger: 'AutomatedStageRetry' },
  });
});

test('an approval is shown with its token, and later with its approver and summary (A57)', async () => {
  served.pipelines.put(pipeline([source], [approval({ configuration: { CustomData: 'look at it' } })]));
  const id = await start();
  const state = async () => (await served.stage())?.actionStates?.[0]?.latestExecution;
  const { token } = (await state()) ?? {};
  expect(await state()).toMatchObject({ status: 'InProgress', token: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const place = { pipelineName: 'app', stageName: 'Stage2', actionName: 'Approve', token };
  const answer = (status: 'Approved' | 'Rejected') =>
    client.send(new PutApprovalResultCommand({ ...place, result: { status, summary: 'fine' } }));
  await expect(answer('Perhaps' as 'Approved')).rejects.toThrow('Member must satisfy enum value set');
  expect((await answer('Approved')).approvedAt).toBeInstanceOf(Date);
  expect(await state()).toMatchObject({ status: 'Succeeded', summary: 'fine', lastUpdatedBy: principal.arn });
  await expect(answer('Rejected')).rejects.toMatchObject({ name: 'ApprovalAlreadyCompletedException' });
  const { actionExecutionDetails } = await client.send(new ListActionExecutionsCommand({ pipelineName: 'app' }));
  expect(actionExecutionDetails?.find(({ actionName }) => actionName === 'Approve')).toMatchObject({
    pipelineExecutionId: id,
    updatedBy: principal.arn,
    output: { executionResult: { externalExecutionId: token, externalExecutionSummary: 'fine' } },
  });
});
