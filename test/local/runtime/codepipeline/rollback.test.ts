import { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import type { PipelineDefinition } from '../../../../local/runtime/codepipeline/definition';
import { rig, settled } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

const deploy = action('Deploy', {
  configuration: { ProjectName: 'p', EnvironmentVariables: '#{SourceVariables.CommitId} #{Build.Id}' },
  inputArtifacts: ['Source', 'Built'],
});
const compile = action('Compile', { namespace: 'Build', outputArtifacts: ['Built'] });
const definition = pipeline([source], [compile], [deploy], [action('Test')]);

/** The same pipeline, whose third stage goes back by itself when it fails. */
const automatic: PipelineDefinition = {
  ...definition,
  stages: definition.stages.map((stage) =>
    stage.name === 'Stage3' ? { ...stage, onFailure: { result: 'ROLLBACK' } } : stage,
  ),
};

/** A pipeline whose executions come to the end of their third stage, well or badly. */
function releasing(of: PipelineDefinition = definition) {
  const known = rig(of);
  const { start, take, pipelines } = known;
  const deployable = async () => {
    const id = await start();
    await take('Compile', id).succeed({ outputVariables: { Id: `build of ${id}` } });
    return id;
  };
  const release = async () => {
    const id = await deployable();
    await take('Deploy', id).succeed();
    await take('Test', id).succeed();
    return id;
  };
  const breakDown = async () => {
    const id = await deployable();
    await take('Deploy', id).fail('broken');
    return id;
  };
  const rollback = async (target: string, stage = 'Stage3') => {
    const id = pipelines.rollback('app', { stage, target, by: 'arn:aws:iam::000000000000:user/ada' });
    await settled();
    return id;
  };
  const execution = (id: string) => pipelines.records.execution('app', id);
  return { ...known, deployable, release, breakDown, rollback, execution };
}

describe('a rollback of a stage', () => {
  test('is a new execution of that stage alone, with the revisions, variables and artifacts of its target (A21)', async () => {
    const { release, rollback, take, running, execution, status } = releasing();
    const [good] = [await release(), await release()];
    const id = await rollback(good);
    expect(running()).toEqual([`Deploy of ${id}`]);
    expect(execution(id)).toMatchObject({
      rollbackTo: good,
      trigger: { type: 'ManualRollback', detail: 'arn:aws:iam::000000000000:user/ada' },
      revisions: execution(good).revisions,
      position: { stage: 2, state: 'running' },
    });
    const held = take('Deploy', id);
    expect(held.request.configuration['EnvironmentVariables']).toBe(`c1 build of ${good}`);
    expect(held.request.inputs).toEqual([
      { name: 'Source', ...execution(good).artifacts['Source'] },
      { name: 'Built', ...execution(good).artifacts['Built'] },
    ]);
    await held.succeed();
    expect([status(id), running()]).toEqual(['Succeeded', []]);
    expect(execution(id).stages.map((stage) => stage.status)).toEqual([undefined, undefined, 'Succeeded', undefined]);
  });

  test('is refused for a target that failed there, is a rollback, is unknown, or has another structure (A21)', async () => {
    const { release, breakDown, rollback, take, pipelines } = releasing();
    const good = await release();
    const bad = await breakDown();
    const refused = (target: string, stage?: string) => rollback(target, stage).catch(({ code }) => code);
    expect(await refused(bad)).toBe('UnableToRollbackStageException');
    expect(await refused('nobody')).toBe('PipelineExecutionNotFoundException');
    expect(await refused(good, 'Nowhere')).toBe('StageNotFoundException');
    const back = await rollback(good);
    await take('Deploy', back).succeed();
    expect(await refused(back)).toBe('UnableToRollbackStageException');
    expect(await refused(good, 'Stage1')).toBe('UnableToRollbackStageException');
    pipelines.put(pipeline([source], [compile], [{ ...deploy, runOrder: 2 }], [action('Test')]));
    expect(await refused(good)).toBe('PipelineExecutionOutdatedException');
  });

  test('is refused while the stage runs, and for a pipeline of type V1 (A21)', async () => {
    const { release, deployable, rollback, pipelines } = releasing();
    const good = await release();
    await deployable();
    await expect(rollback(good)).rejects.toThrow(
      'Unable to roll back the stage Stage3: the stage is currently running.',
    );
    pipelines.put({ ...definition, pipelineType: 'V1' });
    await expect(rollback(good)).rejects.toThrow('requires a pipeline of type V2');
  });

  test('locks its stage, passes no transition, and supersedes no waiting execution (A11, A14, A21)', async () => {
    const { release, deployable, rollback, pipelines, running, take, status } = releasing();
    const good = await release();
    pipelines.setTransition('app', 'Stage3', { reason: 'frozen' });
    const waiting = await deployable();
    const back = await rollback(good);
    expect(running()).toEqual([`Deploy of ${back}`]);
    pipelines.setTransition('app', 'Stage3');
    expect(status(waiting)).toBe('InProgress');
    expect(running()).toEqual([`Deploy of ${back}`]);
    await take('Deploy', back).succeed();
    expect(running()).toEqual([`Deploy of ${waiting}`]);
  });

  test('returns to the most recent success with OnFailure ROLLBACK, before another execution enters (A22)', async () => {
    const { release, deployable, take, running, pipelines, events, status, published } = releasing(automatic);
    await release();
    const good = await release();
    const bad = await deployable();
    const next = await deployable();
    events.length = 0;
    published.length = 0;
    await take('Deploy', bad).fail('broken');
    const [back] = pipelines.records.history('app');
    expect(back).toMatchObject({
      rollbackTo: good,
      trigger: { type: 'AutomatedRollback', detail: JSON.stringify({ FailedPipelineExecutionId: bad }) },
    });
    expect([status(bad), running()]).toEqual(['Failed', [`Deploy of ${back?.id}`]]);
    const rollback = { stage: 'Stage3', target: good };
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'execution-finished',
        executionId: bad,
        rollback: { ...rollback, executionId: back?.id },
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'execution-started', executionId: back?.id, rollback }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'execution-source', executionId: back?.id, commitId: 'c2' }),
    );
    const started = published.find(({ detail }) => detail['execution-id'] === back?.id);
    expect(started?.detail).toMatchObject({
      state: 'STARTED',
      'execution-trigger': { 'trigger-type': 'AutomatedRollback' },
    });
    await take('Deploy', back?.id ?? '').succeed();
    expect(running()).toEqual([`Deploy of ${next}`]);
  });

  test('does not start without an earlier success, or with one of another structure (A23)', async () => {
    const { release, breakDown, pipelines, status } = releasing(automatic);
    expect(status(await breakDown())).toBe('Failed');
    expect(pipelines.records.history('app')).toHaveLength(1);
    await release();
    const { stages } = automatic;
    pipelines.put({
      ...automatic,
      stages: stages.map((stage, index) => (index === 3 ? { ...stage, name: 'Check' } : stage)),
    });
    expect(status(await breakDown())).toBe('Failed');
    expect(pipelines.records.history('app')).toHaveLength(3);
  });

  test('is not rolled back if it fails, and can be retried (A22)', async () => {
    const { release, breakDown, pipelines, take, status, running } = releasing(automatic);
    await release();
    await breakDown();
    const back = pipelines.records.history('app')[0]?.id ?? '';
    await take('Deploy', back).fail('broken too');
    expect([status(back), running()]).toEqual(['Failed', []]);
    expect(pipelines.records.history('app')).toHaveLength(3);
    pipelines.retry('app', { id: back, stage: 'Stage3', mode: 'FAILED_ACTIONS' });
    await take('Deploy', back).succeed();
    expect(status(back)).toBe('Succeeded');
  });

  test('does not start for a stage that failed because the runtime ended, since its stack is stable already', async () => {
    const { options, release, deployable } = releasing(automatic);
    await release();
    await deployable();
    const again = new CodePipeline(options);
    again.recover();
    expect(again.records.history('app').map(({ status }) => status)).toEqual(['Failed', 'Succeeded']);
  });
});
