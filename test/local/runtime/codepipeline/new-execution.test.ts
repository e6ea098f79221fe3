import { rig } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

describe('a new execution', () => {
  test('the fifty-first execution of a QUEUED pipeline is refused (A13)', async () => {
    const { pipelines, start } = rig({ ...pipeline([source], [action('Compile')]), executionMode: 'QUEUED' });
    for (let count = 0; count < 50; count++) await start();
    expect(() => pipelines.start('app', { trigger: 'StartPipelineExecution', detail: 'test' })).toThrow(
      expect.objectContaining({ code: 'ConcurrentPipelineExecutionsLimitExceededException' }),
    );
  });

  test('a variable that is unknown, or has neither a value nor a default, is refused (A25)', async () => {
    const { pipelines } = rig({ ...pipeline([source], [action('Compile')]), variables: [{ name: 'size' }] });
    const start = (variables: Record<string, string>) => () =>
      pipelines.start('app', { trigger: 'StartPipelineExecution', detail: 'test', variables });
    expect(start({})).toThrow('The pipeline variable size has no default value and was not given.');
    expect(start({ size: '1', color: 'red' })).toThrow('The pipeline has no variable color.');
    expect(start({ size: '1' })().variables).toEqual({ variables: { size: '1' } });
  });

  test('only the commit of a source action can be overridden (A35)', () => {
    const { pipelines } = rig();
    const start = (override: { action: string; type: string; value: string }) => () =>
      pipelines.start('app', { trigger: 'StartPipelineExecution', detail: 'test', overrides: [override] });
    expect(start({ action: 'Compile', type: 'COMMIT_ID', value: 'c1' })).toThrow('no source action Compile');
    expect(start({ action: 'Fetch', type: 'IMAGE_DIGEST', value: 'c1' })).toThrow('IMAGE_DIGEST is not supported');
  });
});
