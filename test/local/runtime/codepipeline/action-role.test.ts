import { rig } from './pipeline-rig';
import { action, PIPELINE_ROLE, pipeline, source } from './pipelines';

describe('the roles of a pipeline', () => {
  const own = 'arn:aws:iam::000000000000:role/compile';
  const definition = pipeline([source], [action('Compile', { roleArn: own })]);

  test('must be assumable by CodePipeline, or by the pipeline’s role, when the pipeline is saved', () => {
    const { pipelines, roles } = rig();
    expect(() => pipelines.put(definition)).toThrow(
      `${PIPELINE_ROLE} is not authorized to perform AssumeRole on role ${own}`,
    );
    expect(() => pipelines.put({ ...definition, roleArn: own })).toThrow(
      `CodePipeline is not authorized to perform AssumeRole on role ${own}`,
    );
    roles.trust[own] = PIPELINE_ROLE;
    expect(pipelines.put(definition)).toMatchObject({ version: 2 });
  });

  test('are assumed for each action: the pipeline’s first, and with it the action’s own', async () => {
    const { pipelines, roles, start, take } = rig();
    roles.trust[own] = PIPELINE_ROLE;
    pipelines.put(definition);
    roles.assumed.length = 0;
    const { request } = take('Compile', await start());
    expect(roles.assumed).toEqual([
      `${PIPELINE_ROLE} by codepipeline.amazonaws.com`,
      `${PIPELINE_ROLE} by codepipeline.amazonaws.com`,
      `${own} by ${PIPELINE_ROLE}`,
    ]);
    expect(request.credentials.accessKeyId).toBe(`key of ${own}`);
    expect(request.principal).toMatchObject({ kind: 'assumed-role', roleArn: own });
  });

  test('fail an action if they cannot be assumed any more', async () => {
    const { pipelines, roles, start, running, status } = rig();
    roles.trust[own] = PIPELINE_ROLE;
    pipelines.put(definition);
    delete roles.trust[own];
    const id = await start();
    expect(running()).toEqual([]);
    expect(status(id)).toBe('Failed');
    expect(pipelines.records.execution('app', id).stages[1]?.actions['Compile']?.error).toEqual({
      code: 'PermissionError',
      message: `${PIPELINE_ROLE} is not authorized to perform: sts:AssumeRole on resource: ${own}`,
    });
  });
});
