import { rig } from './pipeline-rig';
import { action, pipeline, source } from './pipelines';

describe('CodePipeline’s events', () => {
  test('cover an execution, its stages and its actions (A33)', async () => {
    const { start, take, published } = rig(pipeline([source], [action('Compile')]));
    const id = await start();
    await take('Compile', id).fail('broken');
    const said = published.map(({ detailType, detail }) => {
      const [, level] = detailType.split(' ');
      return [level, detail['stage'], detail['action'], detail['state']].filter(Boolean).join(' ');
    });
    expect(said).toEqual([
      'Pipeline STARTED',
      'Stage Stage1 STARTED',
      'Action Stage1 Fetch STARTED',
      'Action Stage1 Fetch SUCCEEDED',
      'Stage Stage1 SUCCEEDED',
      'Stage Stage2 STARTED',
      'Action Stage2 Compile STARTED',
      'Action Stage2 Compile FAILED',
      'Stage Stage2 FAILED',
      'Pipeline FAILED',
    ]);
    const location = { bucket: 'artifacts', key: expect.stringMatching(/^app\/Source\/\w{7}\.zip$/) };
    expect(published[7]?.detail).toMatchObject({
      pipeline: 'app',
      'execution-id': id,
      version: 1,
      'pipeline-execution-attempt': 1,
      region: 'eu-west-1',
      type: { owner: 'AWS', provider: 'CodeBuild', category: 'Build', version: '1' },
      'input-artifacts': [{ name: 'Source', s3location: location }],
      'execution-result': { 'external-execution-summary': 'broken', 'error-code': 'JobFailed' },
    });
  });
});
