import {
  CancelImageCreationCommand,
  CreateComponentCommand,
  DeleteComponentCommand,
  GetComponentCommand,
  GetDistributionConfigurationCommand,
  GetImageCommand,
  GetImageRecipeCommand,
  GetInfrastructureConfigurationCommand,
  ImagebuilderClient,
  ListComponentsCommand,
  ListImageBuildVersionsCommand,
  ListImageRecipesCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-imagebuilder';
import { imageBuilderOperations } from '../../../../local/endpoint/operations/imagebuilder';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import { room, testScope } from '../../../rig/room';
import { type Bakery, bakery, DOCUMENT } from '../../runtime/imagebuilder/bakery';

const principal: Principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

let shop: Bakery;
let endpoint: Endpoint;
let client: ImagebuilderClient;
beforeEach(async () => {
  shop = bakery();
  const load = () => import('@aws-sdk/client-imagebuilder');
  endpoint = await startEndpoint({
    ...room(new SystemClock()),
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: { imagebuilder: service(load, imageBuilderOperations(shop.imageBuilder)) },
  });
  const url = `http://127.0.0.1:${endpoint.port}`;
  client = new ImagebuilderClient({ endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

test('an image is listed, and shown with its AMI and its recipe (D27)', async () => {
  const { arn } = await shop.bake();
  const { imageVersionList } = await client.send(new ListImagesCommand({ owner: 'Self' }));
  expect(imageVersionList).toEqual([
    expect.objectContaining({ arn: arn.slice(0, -2), name: 'My App', version: '1.0.0' }),
  ]);
  const builds = await client.send(new ListImageBuildVersionsCommand({ imageVersionArn: arn.slice(0, -2) }));
  expect(builds.imageSummaryList).toEqual([expect.objectContaining({ arn, state: { status: 'AVAILABLE' } })]);
  const { image } = await client.send(new GetImageCommand({ imageBuildVersionArn: arn }));
  expect(image).toMatchObject({
    outputResources: { amis: [{ image: 'ami-1', region: 'eu-west-1', accountId: '000000000000' }] },
    imageRecipe: { name: 'My App', parentImage: 'ssm:/aws/service/al2023' },
    infrastructureConfiguration: { instanceProfileName: 'baker' },
    imageTestsConfiguration: { imageTestsEnabled: true },
  });
});

test('components are created, listed, read and deleted; a duplicate is refused with AWS’s error (D22)', async () => {
  const request = { name: 'app', semanticVersion: '1.0.0', platform: 'Linux' as const, data: DOCUMENT };
  const { componentBuildVersionArn } = await client.send(new CreateComponentCommand(request));
  await expect(client.send(new CreateComponentCommand(request))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  const { component } = await client.send(new GetComponentCommand({ componentBuildVersionArn }));
  expect(component).toMatchObject({ name: 'app', type: 'BUILD', data: DOCUMENT, encrypted: true });
  const filters = [{ name: 'name', values: ['app'] }];
  const { componentVersionList } = await client.send(new ListComponentsCommand({ filters }));
  expect(componentVersionList).toHaveLength(1);
  await client.send(new DeleteComponentCommand({ componentBuildVersionArn }));
  await expect(client.send(new GetComponentCommand({ componentBuildVersionArn }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a version of a component with other data is its next build (D22)', async () => {
  const request = { name: 'app', semanticVersion: '1.0.0', platform: 'Linux' as const, data: DOCUMENT };
  await client.send(new CreateComponentCommand(request));
  const changed = { ...request, data: DOCUMENT.replace('name: ', 'name: other-') };
  const { componentBuildVersionArn } = await client.send(new CreateComponentCommand(changed));
  expect(componentBuildVersionArn).toMatch(/component\/app\/1\.0\.0\/2$/);
  await expect(client.send(new CreateComponentCommand(request))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  const { componentVersionList } = await client.send(new ListComponentsCommand({}));
  expect(componentVersionList?.map(({ name, version }) => `${name} ${version}`)).toEqual(['app 1.0.0']);
});

test('a dry run checks a component and creates none', async () => {
  const request = { name: 'app', semanticVersion: '1.0.0', platform: 'Linux' as const, data: DOCUMENT, dryRun: true };
  const ask = (data: string) => client.send(new CreateComponentCommand({ ...request, data }));
  await expect(ask(DOCUMENT)).rejects.toMatchObject({
    name: 'DryRunOperationException',
    $metadata: { httpStatusCode: 412 },
  });
  await expect(ask(DOCUMENT.replace('ExecuteBash', 'RunScript'))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  expect((await client.send(new ListComponentsCommand({}))).componentVersionList).toEqual([]);
});

test('an invalid document is refused with InvalidParameterValueException (D1)', async () => {
  const data = DOCUMENT.replace('ExecuteBash', 'RunScript');
  const request = { name: 'app', semanticVersion: '1.0.0', platform: 'Linux' as const, data };
  await expect(client.send(new CreateComponentCommand(request))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringContaining('Action RunScript does not exist'),
  });
});

test('recipes and configurations are shown (D34)', async () => {
  const { recipe, infrastructure } = shop.prepare();
  const distributions = [{ region: 'eu-west-1' }];
  const distribution = shop.imageBuilder.distributions.create({ name: 'names', distributions });
  const listed = await client.send(new ListImageRecipesCommand({}));
  expect(listed.imageRecipeSummaryList).toEqual([expect.objectContaining({ arn: recipe })]);
  const shown = await Promise.all([
    client.send(new GetImageRecipeCommand({ imageRecipeArn: recipe })),
    client.send(new GetInfrastructureConfigurationCommand({ infrastructureConfigurationArn: infrastructure })),
    client.send(new GetDistributionConfigurationCommand({ distributionConfigurationArn: distribution.arn })),
  ]);
  expect(shown).toMatchObject([
    { imageRecipe: { version: '1.0.0', platform: 'Linux' } },
    { infrastructureConfiguration: { terminateInstanceOnFailure: true } },
    { distributionConfiguration: { distributions } },
  ]);
});

test('a bake is cancelled (D31)', async () => {
  shop.guest = () => new Promise(() => {});
  const done = shop.bake();
  await shop.clock.advance(0);
  const [image] = shop.imageBuilder.images.list();
  await client.send(new CancelImageCreationCommand({ imageBuildVersionArn: image?.arn, clientToken: 'token' }));
  expect((await done).state.status).toBe('CANCELLED');
});

test('tags are returned as a map (D26)', async () => {
  const { arn: resourceArn } = await shop.bake();
  await client.send(new TagResourceCommand({ resourceArn, tags: { Team: 'web' } }));
  expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ Team: 'web' });
});
