import { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import type {
  ConditionDefinition,
  PipelineDefinition,
  RuleDefinition,
  StageDefinition,
} from '../../../../local/runtime/codepipeline/definition';
import { validateDefinition } from '../../../../local/runtime/codepipeline/validate-definition';
import { rig, settled } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

const rule = (provider: string, configuration: Record<string, string>): RuleDefinition => ({
  name: `My${provider}`,
  provider,
  version: '1',
  configuration,
  inputArtifacts: [],
});
const isFirst = rule('VariableCheck', { Variable: '#{SourceVariables.CommitId}', Operator: 'EQ', Value: 'c1' });
const alarm = (more: Record<string, string> = {}) => rule('CloudWatchAlarm', { AlarmName: 'errors', ...more });
const asks = rule('LambdaInvoke', { FunctionName: 'ask' });
const condition = (result: ConditionDefinition['result'], ...rules: RuleDefinition[]) => ({ result, rules });

/** Source, Compile and Deploy, of which the Compile stage has conditions. */
function checking(conditions: Omit<StageDefinition, 'name' | 'actions'>): PipelineDefinition {
  const definition = pipeline([source], [action('Compile')], [action('Deploy')]);
  return {
    ...definition,
    stages: definition.stages.map((stage) => (stage.name === 'Stage2' ? { ...stage, ...conditions } : stage)),
  };
}

function checked(conditions: Omit<StageDefinition, 'name' | 'actions'>) {
  const known = rig(checking(conditions));
  const stage = (id: string) => known.pipelines.records.execution('app', id).stages[1];
  return { ...known, stage };
}

describe('conditions of stages', () => {
  test('a stage enters if its entry condition succeeds; otherwise the stage fails before its first action (A22)', async () => {
    const { start, running, status, stage, pipelines, events } = checked({ beforeEntry: condition('FAIL', isFirst) });
    const [first, second] = [await start(), await start()];
    expect(running()).toEqual([`Compile of ${first}`]);
    expect(stage(first)?.conditions?.beforeEntry?.status).toBe('Succeeded');
    await known(first);
    expect(status(second)).toBe('Failed');
    expect(stage(second)).toMatchObject({ status: 'Failed', actions: {} });
    expect(pipelines.records.execution('app', second).statusSummary).toBe(
      'MyVariableCheck: The variable does not meet "c2" EQ "c1"',
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'condition-checked', condition: 'BeforeEntry', status: 'Failed' }),
    );

    async function known(id: string) {
      pipelines.stopExecution('app', id, { abandon: true, reason: 'out of the way' });
      await settled();
    }
  });

  test('with the result SKIP the stage is skipped, and the execution continues (A18, A22)', async () => {
    const { start, take, running, stage, published } = checked({ beforeEntry: condition('SKIP', isFirst) });
    const first = await start();
    await take('Compile', first).succeed();
    await take('Deploy', first).succeed();
    published.length = 0;
    const second = await start();
    expect(stage(second)?.status).toBe('Skipped');
    expect(running()).toEqual([`Deploy of ${second}`]);
    const ofStage = published.filter(({ detail }) => detail['stage'] === 'Stage2');
    expect(ofStage.map(({ detail }) => detail['state'])).toEqual(['STARTED']);
  });

  test('a stage that succeeded fails if its success condition fails, and with ROLLBACK it is rolled back (A22)', async () => {
    const { start, take, stage, alarms, pipelines, running } = checked({ onSuccess: condition('ROLLBACK', alarm()) });
    alarms.set('errors', 'OK');
    const good = await start();
    await take('Compile', good).succeed();
    expect(stage(good)?.status).toBe('Succeeded');
    alarms.set('errors', 'ALARM');
    const bad = await start();
    await take('Compile', bad).succeed();
    expect(stage(bad)).toMatchObject({ status: 'Failed', conditions: { onSuccess: { status: 'Failed' } } });
    const [back] = pipelines.records.history('app');
    expect(back).toMatchObject({ rollbackTo: good, trigger: { type: 'AutomatedRollback' } });
    expect(running()).toContain(`Compile of ${back?.id}`);
  });

  test('OnFailure rolls back only if its condition fails (A22)', async () => {
    const { start, take, alarms, pipelines } = checked({ onFailure: { condition: condition('ROLLBACK', alarm()) } });
    alarms.set('errors', 'OK');
    const good = await start();
    await take('Compile', good).succeed();
    const failing = async () => {
      const id = await start();
      await take('Compile', id).fail('broken');
      return pipelines.records.history('app')[0];
    };
    expect(await failing()).toMatchObject({ status: 'Failed' });
    alarms.set('errors', 'ALARM');
    expect(await failing()).toMatchObject({ rollbackTo: good });
  });

  test('an alarm may recover within the wait time of its rule (A22)', async () => {
    const { start, take, alarms, clock, stage, status } = checked({
      onSuccess: condition('FAIL', alarm({ WaitTime: '1' })),
    });
    alarms.set('errors', 'ALARM');
    const first = await start();
    await take('Compile', first).succeed();
    expect(stage(first)?.conditions?.onSuccess?.status).toBe('InProgress');
    await clock.advance(30_000);
    alarms.set('errors', 'OK');
    await clock.advance(10_000);
    expect(stage(first)?.status).toBe('Succeeded');
    alarms.set('errors', 'ALARM');
    const second = await start();
    await take('Compile', second).succeed();
    await clock.advance(59_999);
    expect(status(second)).toBe('InProgress');
    await clock.advance(1);
    expect(status(second)).toBe('Failed');
  });

  test('one failed rule of several is enough, and all of them run to their end (A22)', async () => {
    const { start, take, stage } = checked({ beforeEntry: condition('FAIL', isFirst, asks) });
    const id = await start();
    expect(stage(id)?.conditions?.beforeEntry?.rules['MyVariableCheck']?.status).toBe('Succeeded');
    await take('MyLambdaInvoke', id).fail('not today');
    expect(stage(id)?.conditions?.beforeEntry).toMatchObject({
      status: 'Failed',
      summary: 'MyLambdaInvoke: not today',
      rules: { MyLambdaInvoke: { status: 'Failed', error: { code: 'JobFailed', message: 'not today' } } },
    });
  });

  test.each([
    ['EQ', 'c1', true],
    ['NE', 'c1', false],
    ['CONTAINS', '1', true],
    ['MATCHES', 'c[0-9]', true],
    ['MATCHES', 'c', false],
    ['MATCHES', '(', false],
    ['LIKE', 'c1', false],
  ])('a rule checks a variable with %s %s (A22)', async (Operator, Value, met) => {
    const check = rule('VariableCheck', { ...isFirst.configuration, Operator, Value });
    const { start, status } = checked({ beforeEntry: condition('FAIL', check) });
    expect(status(await start())).toBe(met ? 'InProgress' : 'Failed');
  });

  test('an overridden condition lets a failed stage continue (A22)', async () => {
    const entry = checked({ beforeEntry: condition('FAIL', alarm()), onSuccess: condition('FAIL', alarm()) });
    const { start, take, alarms, pipelines, running, stage, status } = entry;
    alarms.set('errors', 'ALARM');
    const id = await start();
    expect(status(id)).toBe('Failed');
    pipelines.override('app', { id, stage: 'Stage2', kind: 'beforeEntry' });
    expect(running()).toEqual([`Compile of ${id}`]);
    await take('Compile', id).succeed();
    expect(status(id)).toBe('Failed');
    pipelines.override('app', { id, stage: 'Stage2', kind: 'onSuccess' });
    expect(running()).toEqual([`Deploy of ${id}`]);
    expect(stage(id)).toMatchObject({
      status: 'Succeeded',
      conditions: { beforeEntry: { status: 'Overridden' }, onSuccess: { status: 'Overridden' } },
    });
  });

  test('a running check can be overridden too; its rule is abandoned (A22)', async () => {
    const { start, alarms, pipelines, running, stage, clock } = checked({
      beforeEntry: condition('FAIL', alarm({ WaitTime: '60' })),
    });
    alarms.set('errors', 'ALARM');
    const id = await start();
    pipelines.override('app', { id, stage: 'Stage2', kind: 'beforeEntry' });
    await settled();
    expect(running()).toEqual([`Compile of ${id}`]);
    expect(stage(id)?.conditions?.beforeEntry?.rules['MyCloudWatchAlarm']?.status).toBe('Abandoned');
    const stopped = pipelines.stop();
    expect(clock.pending).toBe(0);
    await stopped;
  });

  test('a skipped, harmless or overtaken condition cannot be overridden (A22)', async () => {
    const { start, pipelines, alarms } = checked({
      beforeEntry: condition('SKIP', asks),
      onSuccess: condition('FAIL', alarm()),
    });
    const override = (id: string, kind: 'beforeEntry' | 'onSuccess') => () =>
      pipelines.override('app', { id, stage: 'Stage2', kind });
    const first = await start();
    const notOverridable = expect.objectContaining({ code: 'ConditionNotOverridableException' });
    expect(override(first, 'beforeEntry')).toThrow('SKIP cannot be overridden');
    expect(override(first, 'onSuccess')).toThrow(notOverridable);
    const failing = checked({ beforeEntry: condition('FAIL', alarm()) });
    failing.alarms.set('errors', 'ALARM');
    const overtaken = await failing.start();
    await failing.start();
    expect(() => failing.pipelines.override('app', { id: overtaken, stage: 'Stage2', kind: 'beforeEntry' })).toThrow(
      expect.objectContaining({ code: 'NotLatestPipelineExecutionException' }),
    );
    alarms.clear();
  });

  test('a check ends with its execution, by stop and by abandon (A19, A22)', async () => {
    const { start, take, pipelines, stage, status } = checked({ beforeEntry: condition('FAIL', asks) });
    const waited = await start();
    pipelines.stopExecution('app', waited, { abandon: false, reason: 'enough' });
    expect(status(waited)).toBe('Stopping');
    await take('MyLambdaInvoke', waited).succeed();
    expect([status(waited), stage(waited)?.actions]).toEqual(['Stopped', {}]);
    const abandoned = await start();
    pipelines.stopExecution('app', abandoned, { abandon: true, reason: 'now' });
    expect([status(abandoned), stage(abandoned)?.conditions?.beforeEntry?.status]).toEqual(['Stopped', 'Abandoned']);
  });

  test('a check that a kill interrupted runs again', async () => {
    const { options, start, alarms, running, pipelines, clock } = checked({
      beforeEntry: condition('FAIL', alarm({ WaitTime: '60' })),
    });
    alarms.set('errors', 'ALARM');
    const id = await start();
    await pipelines.stop();
    await clock.advance(1);
    expect(clock.pending).toBe(0);
    alarms.set('errors', 'OK');
    new CodePipeline(options).recover();
    await settled();
    expect(running()).toEqual([`Compile of ${id}`]);
  });

  test('a retried stage is checked again, and the earlier results are kept (A22)', async () => {
    const { start, take, pipelines, alarms, stage, status } = checked({ onSuccess: condition('FAIL', alarm()) });
    alarms.set('errors', 'ALARM');
    const id = await start();
    await take('Compile', id).succeed();
    expect(status(id)).toBe('Failed');
    alarms.set('errors', 'OK');
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    await settled();
    expect(stage(id)).toMatchObject({ status: 'Succeeded', conditions: { onSuccess: { status: 'Succeeded' } } });
    expect(stage(id)?.pastConditions).toEqual([
      { kind: 'onSuccess', run: expect.objectContaining({ status: 'Failed' }) },
    ]);
  });

  test.each<[string, Omit<StageDefinition, 'name' | 'actions'>, string]>([
    ['to SKIP by an alarm', { beforeEntry: condition('SKIP', alarm()) }, 'cannot SKIP by the rule CloudWatchAlarm'],
    ['to go back at its entry', { beforeEntry: condition('ROLLBACK', asks) }, 'cannot have the result ROLLBACK'],
    ['without a rule', { onSuccess: condition('FAIL') }, 'must have 1 to 5 rules'],
    ['with two rules of one name', { onSuccess: condition('FAIL', asks, asks) }, 'two rules of one name'],
    [
      'to RETRY',
      { onFailure: { result: 'RETRY', condition: condition('ROLLBACK', asks) } },
      'cannot RETRY with conditions',
    ],
    ['without what its rule needs', { onSuccess: condition('FAIL', rule('LambdaInvoke', {})) }, "'FunctionName'"],
    ['by shell commands', { onSuccess: condition('FAIL', rule('Commands', {})) }, 'the rule Commands is not supported'],
    [
      'on a variable of nobody’s',
      { beforeEntry: condition('FAIL', rule('LambdaInvoke', { FunctionName: '#{Nobody.x}' })) },
      'referencing a namespace that does not exist',
    ],
  ])('a stage with the condition %s is refused (A22)', (_what, conditions, words) => {
    expect(() => validateDefinition(checking(conditions))).toThrow(words);
  });
});
