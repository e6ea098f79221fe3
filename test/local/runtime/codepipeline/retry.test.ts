import { rig } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

describe('a retry of a stage', () => {
  test('runs the failed actions again, in the same execution, and keeps those that succeeded (A20)', async () => {
    const { pipelines, start, take, running, status } = rig(pipeline([source], [action('A'), action('B')]));
    const id = await start();
    await take('A', id).succeed();
    await take('B', id).fail('broken');
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    expect(running()).toEqual([`B of ${id}`]);
    await take('B', id).succeed();
    expect(status(id)).toBe('Succeeded');
  });

  test('runs all actions with ALL_ACTIONS; a stage that did not fail cannot be retried (A20)', async () => {
    const { pipelines, start, take, running } = rig(pipeline([source], [action('A'), action('B')]));
    const id = await start();
    await take('A', id).succeed();
    expect(() => pipelines.retry('app', { id, stage: 'Stage2', mode: 'ALL_ACTIONS' })).toThrow('cannot be retried');
    await take('B', id).fail('broken');
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'ALL_ACTIONS' });
    expect(running()).toEqual([`A of ${id}`, `B of ${id}`]);
  });

  test('is refused once a newer execution has entered the stage (A15)', async () => {
    const { pipelines, start, take } = rig();
    const failed = await start();
    await take('Compile', failed).fail('broken');
    await start();
    expect(() => pipelines.retry('app', { id: failed, stage: 'Stage2', mode: 'FAILED_ACTIONS' })).toThrow(
      expect.objectContaining({ code: 'NotLatestPipelineExecutionException' }),
    );
  });

  test('is a further attempt of the execution, which its events show (A20, A33)', async () => {
    const { pipelines, start, take, published } = rig(pipeline([source], [action('Compile')]));
    const id = await start();
    await take('Compile', id).fail('broken');
    published.length = 0;
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    await take('Compile', id).succeed();
    expect(published.map(({ detail }) => [detail['state'], detail['pipeline-execution-attempt']])).toEqual([
      ['RESUMED', 2],
      ['RESUMED', 2],
      ['STARTED', 2],
      ['SUCCEEDED', 2],
      ['SUCCEEDED', 2],
      ['SUCCEEDED', 2],
    ]);
    expect(published[1]?.detail['stage-last-retry-attempt-time']).toBe('2026-01-01T00:00:00.000Z');
    const [, stage] = pipelines.records.execution('app', id).stages;
    expect(stage?.past).toEqual([{ action: 'Compile', run: expect.objectContaining({ status: 'Failed' }) }]);
  });

  test('is refused for older executions after the stages changed (A20)', async () => {
    const definition = pipeline([source], [action('Compile')]);
    const { pipelines, start, take } = rig(definition);
    const id = await start();
    await take('Compile', id).fail('broken');
    const retry = () => pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    pipelines.put(pipeline([source], [action('Compile', { configuration: { ProjectName: 'other' } })]));
    expect(retry).toThrow('the pipeline was changed after the execution started');
  });

  test('is possible after an update that keeps the stages (A20)', async () => {
    const definition = pipeline([source], [action('Compile')]);
    const { pipelines, start, take, running } = rig(definition);
    const id = await start();
    await take('Compile', id).fail('broken');
    pipelines.put({ ...definition, executionMode: 'QUEUED' });
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    expect(running()).toEqual([`Compile of ${id}`]);
  });

  test.each([
    ['FAILED_ACTIONS', ['B']],
    ['ALL_ACTIONS', ['A', 'B']],
  ] as const)('repeats %s automatically once with OnFailure RETRY (A22)', async (retryMode, repeated) => {
    const { stages, ...definition } = pipeline([source], [action('A'), action('B')]);
    const [first, second] = stages.map((stage) => ({ ...stage, onFailure: { result: 'RETRY', retryMode } as const }));
    if (!first || !second) throw new Error('two stages');
    const { pipelines, start, take, running, status, published } = rig({ ...definition, stages: [first, second] });
    const id = await start();
    await take('A', id).succeed();
    published.length = 0;
    await take('B', id).fail('broken');
    expect(running()).toEqual(repeated.map((name) => `${name} of ${id}`));
    expect(status(id)).toBe('InProgress');
    expect(published.map(({ detail }) => detail['state']).slice(0, 4)).toEqual([
      'FAILED',
      'FAILED',
      'RESUMED',
      'RESUMED',
    ]);
    for (const name of repeated) await take(name, id).fail('still broken');
    expect(status(id)).toBe('Failed');
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    for (const name of repeated) await take(name, id).fail('for good');
    expect(status(id)).toBe('Failed');
    const [, run] = pipelines.records.execution('app', id).stages;
    expect(run?.retries).toEqual({ automatic: 1, manual: 1, latest: 'ManualStageRetry' });
  });
});
