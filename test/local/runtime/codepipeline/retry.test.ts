import { rig } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

describe('a retry of a stage', () => {
  test('A20: a retry runs the failed actions again, in the same execution, and keeps what succeeded', async () => {
    const { pipelines, start, take, running, status } = rig(pipeline([source], [action('A'), action('B')]));
    const id = await start();
    await take('A', id).succeed();
    await take('B', id).fail('broken');
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' });
    expect(running()).toEqual([`B of ${id}`]);
    await take('B', id).succeed();
    expect(status(id)).toBe('Succeeded');
  });

  test('A20: a retry of all actions runs all of them; a stage that did not fail cannot be retried', async () => {
    const { pipelines, start, take, running } = rig(pipeline([source], [action('A'), action('B')]));
    const id = await start();
    await take('A', id).succeed();
    expect(() => pipelines.retry('app', { id, stage: 'Stage2', mode: 'ALL_ACTIONS' })).toThrow('cannot be retried');
    await take('B', id).fail('broken');
    pipelines.retry('app', { id, stage: 'Stage2', mode: 'ALL_ACTIONS' });
    expect(running()).toEqual([`A of ${id}`, `B of ${id}`]);
  });

  test('A15: once a newer execution has entered the stage, the failed one cannot be retried', async () => {
    const { pipelines, start, take } = rig();
    const failed = await start();
    await take('Compile', failed).fail('broken');
    await start();
    expect(() => pipelines.retry('app', { id: failed, stage: 'Stage2', mode: 'FAILED_ACTIONS' })).toThrow(
      expect.objectContaining({ code: 'NotLatestPipelineExecutionException' }),
    );
  });

  test('A20, A33: a retry is a further attempt of the execution, and its events say so', async () => {
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

  test('A20: after the pipeline was updated, nothing of an older execution can be retried', async () => {
    const definition = pipeline([source], [action('Compile')]);
    const { pipelines, start, take } = rig(definition);
    const id = await start();
    await take('Compile', id).fail('broken');
    pipelines.put(definition);
    expect(() => pipelines.retry('app', { id, stage: 'Stage2', mode: 'FAILED_ACTIONS' })).toThrow(
      'the pipeline was updated after the execution started',
    );
  });
});
