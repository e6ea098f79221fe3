import { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import { rig, settled } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

describe('CodePipeline executions', () => {
  test('run orders run in sequence; actions with the same run order run in parallel (A6)', async () => {
    const { start, take, running, status } = rig(
      pipeline([source], [action('A'), action('B'), action('C', { runOrder: 2 })]),
    );
    const id = await start();
    expect(running()).toEqual([`A of ${id}`, `B of ${id}`]);
    await take('A', id).succeed();
    expect(running()).toEqual([`B of ${id}`]);
    await take('B', id).succeed();
    expect(running()).toEqual([`C of ${id}`]);
    await take('C', id).succeed();
    expect(status(id)).toBe('Succeeded');
  });

  test('a failed action does not stop parallel ones; the stage fails when all have ended (A6)', async () => {
    const { start, take, status } = rig(pipeline([source], [action('A'), action('B')]));
    const id = await start();
    await take('A', id).fail('broken');
    expect(status(id)).toBe('InProgress');
    await take('B', id).succeed();
    expect(status(id)).toBe('Failed');
  });

  test('a stage processes one execution at a time, and a failure frees it (A11)', async () => {
    const { start, take, running, status } = rig();
    const first = await start();
    const second = await start();
    expect(running()).toEqual([`Compile of ${first}`]);
    await take('Compile', first).fail('broken');
    expect(status(first)).toBe('Failed');
    expect(running()).toEqual([`Compile of ${second}`]);
  });

  test('among executions that wait for a stage only the newest continues; the one inside is never superseded (A12)', async () => {
    const { start, take, running, status } = rig();
    const inside = await start();
    const overtaken = await start();
    const newest = await start();
    expect([status(inside), status(overtaken), status(newest)]).toEqual(['InProgress', 'Superseded', 'InProgress']);
    await take('Compile', inside).succeed();
    expect(running().sort()).toEqual([`Compile of ${newest}`, `Deploy of ${inside}`]);
  });

  test('QUEUED supersedes no execution and keeps the order (A13)', async () => {
    const definition = pipeline([source], [action('Compile')]);
    const { start, take, status } = rig({ ...definition, executionMode: 'QUEUED' });
    const ids = [await start(), await start(), await start()];
    for (const id of ids) await take('Compile', id).succeed();
    expect(ids.map(status)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  });

  test('executions wait at a disabled transition; the newest enters when it is enabled (A14)', async () => {
    const { pipelines, start, running, status } = rig();
    pipelines.setTransition('app', 'Stage2', { reason: 'frozen' });
    const first = await start();
    const second = await start();
    expect(running()).toEqual([]);
    expect(status(first)).toBe('Superseded');
    pipelines.setTransition('app', 'Stage2');
    await settled();
    expect(running()).toEqual([`Compile of ${second}`]);
  });

  test('an execution’s variables are its own, even if others overtake it (A16)', async () => {
    const definition = pipeline(
      [source],
      [action('Compile')],
      [action('Deploy', { configuration: { ProjectName: 'p', EnvironmentVariables: '#{SourceVariables.CommitId}' } })],
    );
    const { start, take } = rig(definition);
    const first = await start();
    const second = await start();
    await take('Compile', first).succeed();
    await take('Compile', second).succeed();
    const deploy = take('Deploy', first);
    expect(deploy.request.configuration['EnvironmentVariables']).toBe('c1');
    await deploy.succeed();
    expect(take('Deploy', second).request.configuration['EnvironmentVariables']).toBe('c2');
  });

  test('stop and wait lets the running action end; stop and abandon ignores its later result (A19)', async () => {
    const { pipelines, start, take, status } = rig();
    const waited = await start();
    pipelines.stopExecution('app', waited, { abandon: false, reason: 'enough' });
    expect(status(waited)).toBe('Stopping');
    expect(() => pipelines.stopExecution('app', waited, { abandon: false, reason: 'again' })).toThrow('already made');
    await take('Compile', waited).succeed();
    expect(status(waited)).toBe('Stopped');

    const abandoned = await start();
    pipelines.stopExecution('app', abandoned, { abandon: true, reason: 'now' });
    expect(status(abandoned)).toBe('Stopped');
    await take('Compile', abandoned).succeed();
    const compile = pipelines.records.execution('app', abandoned).stages[1]?.actions['Compile'];
    expect(compile?.status).toBe('Abandoned');
  });

  test('an execution in a removed stage is cancelled; others continue (A10)', async () => {
    const { pipelines, start, status, take } = rig();
    const fits = await start();
    pipelines.put(pipeline([source], [action('Compile')], [action('Deploy')]));
    expect(status(fits)).toBe('InProgress');
    await take('Compile', fits).succeed();
    pipelines.put(pipeline([source], [action('Compile')]));
    expect(status(fits)).toBe('Cancelled');
  });

  test('an unknown variable fails its action, and is named (A28)', async () => {
    const asking = action('Ask', { configuration: { ProjectName: '#{SourceVariables.Nothing}' } });
    const { pipelines, start, status } = rig(pipeline([source], [asking]));
    const id = await start();
    expect(status(id)).toBe('Failed');
    expect(pipelines.records.execution('app', id).statusSummary).toContain('#{SourceVariables.Nothing}');
  });

  test('an artifact is stored in the pipeline’s bucket, under its shortened names (A59)', async () => {
    const makes = action('Compile', { outputArtifacts: ['CompiledApplication'] });
    const { start, take } = rig({ ...pipeline([source], [makes]), name: 'app' });
    const compile = take('Compile', await start());
    expect(compile.request.outputs).toEqual([
      { name: 'CompiledApplication', bucket: 'artifacts', key: expect.stringMatching(/^app\/CompiledAp\/\w{7}\.zip$/) },
    ]);
  });

  test('output variables above the size limit fail their action', async () => {
    const { pipelines, start, take } = rig(pipeline([source], [action('Compile')]));
    const id = await start();
    await take('Compile', id).succeed({ outputVariables: { Log: 'x'.repeat(122_880) } });
    expect(pipelines.records.execution('app', id).statusSummary).toContain('Exceeded the total size limit');
  });

  test('a stopped pipeline records no later result', async () => {
    const { pipelines, start, take, status } = rig();
    const id = await start();
    const compile = take('Compile', id);
    await pipelines.stop();
    await compile.succeed();
    expect(status(id)).toBe('InProgress');
    pipelines.recover();
    expect(pipelines.records.execution('app', id).stages[1]?.actions['Compile']?.status).toBe('Failed');
  });

  test('an execution whose runtime was killed during an action has failed, and the next one succeeds', async () => {
    const { options, start, events } = rig();
    const id = await start();
    const again = new CodePipeline({ ...options, runners: { ...options.runners, CodeBuild: async () => ({}) } });
    again.recover();
    expect(again.records.execution('app', id)).toMatchObject({
      status: 'Failed',
      statusSummary: 'Compile: The local runtime stopped while this action was in progress.',
    });
    expect(events).toContainEqual(expect.objectContaining({ type: 'interruption-found' }));
    const next = again.start('app', { trigger: 'StartPipelineExecution', detail: 'test' });
    await settled();
    expect(again.records.execution('app', next.id).status).toBe('Succeeded');
  });
});
