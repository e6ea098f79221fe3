import type { PipelineDefinition } from '../../../../local/runtime/codepipeline/definition';
import { validateDefinition } from '../../../../local/runtime/codepipeline/validate-definition';
import { rig, settled } from './pipeline-rig';
import { action, PIPELINE_ROLE, pipeline, source } from './pipelines';

const FAR = 'us-east-2';
const STORES = { 'eu-west-1': 'artifacts', [FAR]: 'far-artifacts' };
const FOREIGN_ROLE = 'arn:aws:iam::111111111111:role/deployer';

const inRegions = (...stages: Parameters<typeof pipeline>): PipelineDefinition => ({
  ...pipeline(...stages),
  artifactStores: STORES,
});
const far = action('Far', { region: FAR, outputArtifacts: ['Made'] });

test('an action works in its region, and in the account of its role', async () => {
  const shop = rig(inRegions([source], [action('Near')]));
  shop.roles.trust[FOREIGN_ROLE] = PIPELINE_ROLE;
  shop.pipelines.put(inRegions([source], [action('Near'), far], [action('Foreign', { roleArn: FOREIGN_ROLE })]));
  const id = await shop.start();
  const near = shop.take('Near', id);
  expect(near.request.scope).toEqual({ partition: 'aws', account: '000000000000', region: 'eu-west-1' });
  expect(shop.take('Far', id).request.scope).toMatchObject({ account: '000000000000', region: FAR });
});

test('an action in another account acts there as its role', async () => {
  const shop = rig();
  shop.roles.trust[FOREIGN_ROLE] = PIPELINE_ROLE;
  shop.pipelines.put(pipeline([source], [action('Foreign', { roleArn: FOREIGN_ROLE })]));
  const id = await shop.start();
  const { request } = shop.take('Foreign', id);
  expect(request.scope).toMatchObject({ account: '111111111111', region: 'eu-west-1' });
  expect(request.principal).toMatchObject({ account: '111111111111', roleArn: FOREIGN_ROLE });
});

test('artifacts are copied to the store of the region where they are needed, and back', async () => {
  const shop = rig(inRegions([source], [far], [action('Near', { inputArtifacts: ['Made'] })]));
  const id = await shop.start();
  const { request, succeed } = shop.take('Far', id);
  const [input] = request.inputs;
  const made = shop.pipelines.records.execution('app', id).artifacts['Source'];
  expect(made?.bucket).toBe('artifacts');
  expect(input).toEqual({ name: 'Source', bucket: 'far-artifacts', key: made?.key });
  expect(shop.stored.get(`far-artifacts/${input?.key}`)?.toString()).toBe(`artifacts/${made?.key}`);

  const [output] = request.outputs;
  expect(output?.bucket).toBe('far-artifacts');
  await succeed();
  await settled();
  expect(shop.take('Near', id).request.inputs).toEqual([{ ...output, bucket: 'artifacts' }]);
  expect(shop.stored.get(`artifacts/${output?.key}`)?.toString()).toBe(`far-artifacts/${output?.key}`);
});

test('an artifact that cannot be copied fails the action that reads it', async () => {
  const shop = rig(inRegions([source], [far]));
  shop.options.objects.write = () => {
    throw new Error('The specified bucket does not exist');
  };
  const id = await shop.start();
  const { stages, status } = shop.pipelines.records.execution('app', id);
  expect(status).toBe('Failed');
  expect(stages[1]?.actions['Far']?.error?.message).toBe('The specified bucket does not exist');
});

test('a region without an artifact store is refused, and so is a source action with a region', () => {
  expect(() => validateDefinition(pipeline([source], [far]))).toThrow(
    `The action Far is in the region ${FAR}, for which artifactStores has no artifact store`,
  );
  expect(() => validateDefinition(inRegions([{ ...source, region: FAR }], [far]))).toThrow(
    'A source action has no Region',
  );
});
