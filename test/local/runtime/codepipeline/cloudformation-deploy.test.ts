import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { AwsError } from '../../../../local/kernel/failure';
import type { StackRequest, StackSummary, Stacks } from '../../../../local/kernel/ports';
import type { ActionRequest } from '../../../../local/runtime/codepipeline/actions/action';
import { cloudFormationDeploy } from '../../../../local/runtime/codepipeline/actions/cloudformation-deploy';
import { testScope } from '../../../rig/room';
import { action } from './pipelines';

const template = '{"Resources":{}}';
const zip = Buffer.from(
  zipSync({
    'fleet.template.json': strToU8(template),
    'settings.json': strToU8('{"Parameters":{"A":"from settings","B":"from settings"},"Tags":{"team":"x"}}'),
    'values.json': strToU8('{"size":3}'),
  }),
);

/** CloudFormation with one stack in the given status; the next operation ends as `outcome`. */
function rig(existing: string | undefined, outcome: Partial<StackSummary> = {}) {
  const calls: string[] = [];
  const requests: StackRequest[] = [];
  const written = new Map<string, Buffer>();
  let status = existing;
  const summary = (): StackSummary => ({
    stackId: 'arn:stack',
    stackName: 's',
    status: status ?? '',
    outputs: {},
    ...outcome,
  });
  const end = (verb: string, success: string) => async (request: StackRequest) => {
    calls.push(verb);
    requests.push(request);
    status = outcome.status ?? success;
    return summary();
  };
  const stacks: Stacks = {
    describe: () => (status ? { ...summary(), status } : undefined),
    create: end('create', 'CREATE_COMPLETE'),
    update: end('update', 'UPDATE_COMPLETE'),
    delete: async () => {
      calls.push('delete');
      status = undefined;
    },
    createChangeSet: async () => ({ id: 'cs', status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE', changes: 1 }),
    executeChangeSet: async () => summary(),
    deleteChangeSet: () => {},
    firstFailure: () => 'Fleet: Received 1 FAILURE signal(s) out of 1.',
  };
  const objects = {
    read: () => zip,
    write: (bucket: string, key: string, body: Uint8Array) => {
      written.set(`${bucket}/${key}`, Buffer.from(body));
      return { versionId: 'null', eTag: '' };
    },
  };
  const run = (configuration: Record<string, string>, change: Partial<ActionRequest> = {}) =>
    cloudFormationDeploy(
      stacks,
      objects,
    )({
      pipeline: 'app',
      executionId: 'e',
      stage: 's',
      action: action('Deploy'),
      scope: testScope,
      configuration: { StackName: 's', TemplatePath: 'Templates::fleet.template.json', ...configuration },
      inputs: [
        { name: 'Templates', bucket: 'b', key: 'templates.zip' },
        { name: 'App', bucket: 'b', key: 'app.zip' },
      ],
      outputs: [],
      revisions: [],
      overrides: [],
      principal: { kind: 'service', account: '0', arn: 'codepipeline.amazonaws.com' },
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      progress: () => {},
      ...change,
    });
  return { run, calls, requests, stacks, written };
}

describe('the CloudFormation action', () => {
  test('CREATE_UPDATE creates a missing stack and updates an existing one (A45)', async () => {
    const missing = rig(undefined);
    await missing.run({ ActionMode: 'CREATE_UPDATE' });
    expect(missing.calls).toEqual(['create']);
    const existing = rig('UPDATE_COMPLETE');
    await existing.run({ ActionMode: 'CREATE_UPDATE' });
    expect(existing.calls).toEqual(['update']);
  });

  test.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED'])(
    'REPLACE_ON_FAILURE deletes a stack in %s and creates it again (A46)',
    async (status) => {
      const { run, calls } = rig(status);
      await run({ ActionMode: 'REPLACE_ON_FAILURE' });
      expect(calls).toEqual(['delete', 'create']);
    },
  );

  test('REPLACE_ON_FAILURE updates a stack without failure (A46)', async () => {
    const { run, calls } = rig('UPDATE_ROLLBACK_COMPLETE');
    await run({ ActionMode: 'REPLACE_ON_FAILURE' });
    expect(calls).toEqual(['update']);
  });

  test('an update without changes succeeds, and still publishes the outputs (A52)', async () => {
    const { run, stacks } = rig('UPDATE_COMPLETE', { outputs: { ImageId: 'ami-1' } });
    stacks.update = async () => {
      throw new AwsError('ValidationError', 'No updates are to be performed.');
    };
    expect(await run({ ActionMode: 'CREATE_UPDATE' })).toMatchObject({ outputVariables: { ImageId: 'ami-1' } });
  });

  test('the stack’s outputs become variables, and a file in the output artifact (A26)', async () => {
    const { run, written } = rig(undefined, { outputs: { ImageId: 'ami-1' } });
    const result = await run(
      { ActionMode: 'CREATE_UPDATE', OutputFileName: 'outputs.json' },
      { outputs: [{ name: 'Outputs', bucket: 'b', key: 'o.zip' }] },
    );
    expect(result.outputVariables).toEqual({ ImageId: 'ami-1' });
    const file = unzipSync(written.get('b/o.zip') ?? Buffer.alloc(0))['outputs.json'];
    expect(JSON.parse(strFromU8(file ?? new Uint8Array()))).toEqual({ ImageId: 'ami-1' });
  });

  test('overrides win over the template configuration, and may refer to an artifact’s location or content (A48)', async () => {
    const { run, requests } = rig(undefined);
    await run({
      ActionMode: 'CREATE_UPDATE',
      TemplateConfiguration: 'Templates::settings.json',
      ParameterOverrides: JSON.stringify({
        B: 'override',
        Bucket: { 'Fn::GetArtifactAtt': ['App', 'BucketName'] },
        Key: { 'Fn::GetArtifactAtt': ['App', 'ObjectKey'] },
        Size: { 'Fn::GetParam': ['Templates', 'values.json', 'size'] },
      }),
    });
    expect(requests[0]).toMatchObject({ templateBody: template, tags: { team: 'x' } });
    expect(requests[0]?.parameters).toEqual([
      { key: 'A', value: 'from settings' },
      { key: 'B', value: 'override' },
      { key: 'Bucket', value: 'b' },
      { key: 'Key', value: 'app.zip' },
      { key: 'Size', value: '3' },
    ]);
  });

  test('a failure names the status of the stack and the first failed resource (A50)', async () => {
    const { run } = rig('UPDATE_COMPLETE', { status: 'UPDATE_ROLLBACK_COMPLETE' });
    await expect(run({ ActionMode: 'CREATE_UPDATE' })).rejects.toThrow(
      'Failed to deploy the stack. Current stack status: UPDATE_ROLLBACK_COMPLETE. Reason: Fleet: Received 1 FAILURE signal(s) out of 1.',
    );
  });

  test('overrides that a variable broke fail as a configuration error (A27)', async () => {
    const { run } = rig(undefined);
    await expect(run({ ActionMode: 'CREATE_UPDATE', ParameterOverrides: '{"M":"say "hi""}' })).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining('ParameterOverrides is not valid JSON'),
    });
  });

  test('a file that is missing in the artifact is named', async () => {
    const { run } = rig(undefined);
    await expect(run({ ActionMode: 'CREATE_UPDATE', TemplatePath: 'Templates::nowhere.json' })).rejects.toThrow(
      'File nowhere.json not found in artifact Templates',
    );
  });

  test('DELETE_ONLY succeeds for a missing stack (A45)', async () => {
    const { run, calls } = rig(undefined);
    expect(await run({ ActionMode: 'DELETE_ONLY' })).toEqual({});
    expect(calls).toEqual([]);
  });
});
