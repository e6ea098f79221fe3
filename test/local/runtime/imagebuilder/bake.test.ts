import { ImageBuilder } from '../../../../local/runtime/imagebuilder/image-builder';
import { EXIT } from '../../../../local/runtime/imagebuilder/toe/protocol';
import { type Bakery, bakery, DOCUMENT, failing } from './bakery';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

const IMAGE = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/my-app/1.0.0/1';
const steps = () => shop.happened.filter((line) => !line.startsWith('event'));
const states = () => shop.events.flatMap((event) => (event.type === 'image-state-changed' ? [event.status] : []));

test('build and validate run on one machine, test runs on a fresh one over the new layer, and then the AMI exists (D4)', async () => {
  const image = await shop.bake();
  expect(image.state).toMatchObject({ status: 'AVAILABLE', imageId: 'ami-1', parentImageId: 'ami-root' });
  expect(steps()).toEqual([
    'boot none over root',
    'build of app/1.0.0/1',
    'validate of app/1.0.0/1',
    'rm -rf /var/lib/amazon/toe',
    'shutdown',
    'commit /work/my-app_1.0.0_1/build /layers/my-app_1.0.0_1',
    'boot units over /layers/my-app_1.0.0_1',
    'test of app/1.0.0/1',
    'shutdown',
    'remove /work/my-app_1.0.0_1',
    'register ami-1',
  ]);
});

test('all build phases run before the first validate phase (D4)', async () => {
  const { components, recipes, infrastructure, images } = shop.imageBuilder;
  const { infrastructure: infrastructureConfigurationArn } = shop.prepare();
  for (const name of ['one', 'two'])
    components.create({ name, semanticVersion: '1.0.0', platform: 'Linux', data: DOCUMENT });
  const recipe = recipes.create({
    name: 'both',
    semanticVersion: '1.0.0',
    parentImage: 'ssm:/aws/service/al2023',
    components: ['one', 'two'].map((name) => ({ componentArn: components.find(component(name))?.arn ?? '' })),
  });
  const { arn } = images.create({ imageRecipeArn: recipe.arn, infrastructureConfigurationArn });
  await images.finished(arn);
  expect(steps().filter((line) => / of /.test(line))).toEqual([
    'build of one/1.0.0/1',
    'build of two/1.0.0/1',
    'validate of one/1.0.0/1',
    'validate of two/1.0.0/1',
    'test of one/1.0.0/1',
    'test of two/1.0.0/1',
  ]);
  expect(infrastructure.list()).toHaveLength(1);
});

test('the states follow in order, each as an event (D15, D21)', async () => {
  await shop.bake();
  const order = ['PENDING', 'CREATING', 'BUILDING', 'TESTING', 'DISTRIBUTING', 'INTEGRATING', 'AVAILABLE'];
  expect(states()).toEqual(order);
  expect(shop.happened).toContain('event {"previous-state":{"status":"INTEGRATING"},"state":{"status":"AVAILABLE"}}');
});

test('without tests no test machine boots (D15)', async () => {
  const { recipe, infrastructure } = shop.prepare();
  const { images } = shop.imageBuilder;
  const { arn } = images.create({
    imageRecipeArn: recipe,
    infrastructureConfigurationArn: infrastructure,
    imageTestsConfiguration: { imageTestsEnabled: false },
  });
  await images.finished(arn);
  expect(states()).not.toContain('TESTING');
  expect(shop.specs).toHaveLength(1);
});

test('a failed test phase leaves no AMI and no layer, and gives its reason in one line (D17)', async () => {
  shop.guest = async ({ phases }) =>
    phases.includes('test') ? failing('test', 'Serve') : { exitCode: 0, reports: [{ type: 'end', status: 'Success' }] };
  const image = await shop.bake();
  const component = 'arn:aws:imagebuilder:eu-west-1:000000000000:component/app/1.0.0/1';
  expect(image.state).toMatchObject({
    status: 'FAILED',
    reason: `Workflow Execution ID: '${image.workflowExecutionId}' failed with reason: Document ${component} failed! Step 'Serve' (ExecuteBash) in phase 'test': exit status 1: port 8080 is taken`,
    failure: { componentArn: component, phase: 'test', step: 'Serve' },
  });
  expect([shop.amis.size, shop.layers.size]).toEqual([0, 0]);
  expect(steps().slice(-3)).toEqual(['shutdown', 'remove /work/my-app_1.0.0_1', 'remove /layers/my-app_1.0.0_1']);
  expect(shop.events).toContainEqual(
    expect.objectContaining({
      type: 'component-step-finished',
      imageArn: IMAGE,
      phase: 'test',
      step: 'Serve',
      status: 'Failed',
      message: 'exit status 1\nport 8080 is taken',
    }),
  );
});

test('every output line of a step is in the log of the image (D14)', async () => {
  shop.guest = async () => failing('build', 'Install');
  await shop.bake();
  expect(shop.logs.get('/aws/imagebuilder/My App 1.0.0/1')).toContain('Stderr: port 8080 is taken');
});

test('a reboot keeps the machine with its files (D11)', async () => {
  let reboots = 1;
  shop.guest = async () =>
    reboots-- > 0 ? { exitCode: EXIT.reboot } : { exitCode: 0, reports: [{ type: 'end', status: 'Success' }] };
  await shop.bake();
  expect(steps().slice(0, 4)).toEqual([
    'boot none over root',
    'build of app/1.0.0/1',
    'shutdown',
    'boot none over root',
  ]);
  expect(shop.specs[0]).toBe(shop.specs[1]);
});

test('components that take longer than 720 minutes are stopped (D16)', async () => {
  shop.guest = () => new Promise(() => {});
  const done = shop.bake();
  await shop.clock.advance(719 * 60_000);
  expect(states().at(-1)).toBe('BUILDING');
  await shop.clock.advance(60_000);
  const { state } = await done;
  expect(state).toMatchObject({
    status: 'FAILED',
    reason: expect.stringContaining('ExecuteComponents timed out after 720 minutes'),
  });
  expect(steps()).toContain('shutdown');
});

test('a cancelled bake kills its machine and leaves no files (D31)', async () => {
  shop.guest = () => new Promise(() => {});
  const done = shop.bake();
  await shop.clock.advance(0);
  await shop.imageBuilder.images.cancel(IMAGE);
  expect((await done).state).toEqual({ status: 'CANCELLED', reason: 'Image creation is cancelled.' });
  expect(steps().slice(-3)).toEqual(['kill', 'remove /work/my-app_1.0.0_1', 'remove /layers/my-app_1.0.0_1']);
  await expect(shop.imageBuilder.images.cancel(IMAGE)).rejects.toThrow('it is CANCELLED');
});

test('a crashing guest program fails the bake with its error', async () => {
  shop.guest = async () => ({ exitCode: EXIT.broken });
  expect((await shop.bake()).state).toMatchObject({ reason: expect.stringContaining('ended with exit code 2') });
});

test('a bake of a killed runtime has failed after the next start, and its files are removed', async () => {
  shop.guest = () => new Promise(() => {});
  void shop.bake();
  await shop.clock.advance(0);
  shop.happened.length = 0;
  const next = new ImageBuilder(shop.options);
  await next.recover();
  expect(next.images.get(IMAGE).state).toMatchObject({
    status: 'FAILED',
    reason: expect.stringContaining('the local runtime was interrupted while the image was BUILDING'),
  });
  expect(steps()).toEqual(['remove /work/my-app_1.0.0_1', 'remove /layers/my-app_1.0.0_1']);
  expect(shop.events.at(-1)).toMatchObject({ type: 'interruption-found', what: 'the bake of My App 1.0.0' });
});

test('a machine that cannot boot, and files that cannot be removed, still end the bake', async () => {
  const refuse = () => Promise.reject(new Error('no namespaces here'));
  const options = { ...shop.options, machines: { boot: refuse }, layers: { commit: refuse, remove: refuse } };
  const { images } = new ImageBuilder(options);
  const { recipe, infrastructure } = shop.prepare();
  const { arn } = images.create({ imageRecipeArn: recipe, infrastructureConfigurationArn: infrastructure });
  const reason = expect.stringContaining('failed with reason: no namespaces here');
  expect((await images.finished(arn)).state).toMatchObject({ status: 'FAILED', reason });
  const message = '/layers/my-app_1.0.0_1 could not be removed: no namespaces here';
  expect(shop.events).toContainEqual(expect.objectContaining({ type: 'notice', message }));
});

test('stopping the runtime ends its bakes', async () => {
  shop.guest = () => new Promise(() => {});
  const done = shop.bake();
  await shop.clock.advance(0);
  await shop.imageBuilder.stop();
  expect((await done).state).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('was stopped') });
});

test('an image that was baked here can be a parent, with its layers below (D23)', async () => {
  const [first] = [await shop.bake('1.0.0')];
  const parentImage = first.arn.replace('1.0.0/1', 'x.x.x');
  const second = await shop.bake('2.0.0', { parentImage });
  expect(second.state).toMatchObject({ status: 'AVAILABLE', parentImageId: 'ami-1' });
  expect(shop.amis.get('ami-2')?.layers).toEqual(['/layers/my-app_2.0.0_1', '/layers/my-app_1.0.0_1']);
  expect(shop.specs.at(-1)?.layers).toEqual(['/layers/my-app_2.0.0_1', '/layers/my-app_1.0.0_1']);
});

test('the machine has the role of its instance profile, assumed by EC2 (D18)', async () => {
  await shop.bake();
  const [spec] = shop.specs;
  expect(spec?.metadata?.credentials()).toEqual({
    roleName: 'baker',
    instanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/baker',
    instanceProfileId: 'AIPAX',
    credentials: {
      accessKeyId: `arn:aws:iam::000000000000:role/baker ${spec?.id} ec2.amazonaws.com`,
      secretAccessKey: 's',
    },
  });
  expect(spec?.network).toBe('private');
});

test('the AMI has the name and tags of the distribution, with the build time (D40)', async () => {
  const { recipe, infrastructure } = shop.prepare();
  const { distributions, images } = shop.imageBuilder;
  const distribution = distributions.create({
    name: 'names',
    distributions: [
      {
        region: 'eu-west-1',
        amiDistributionConfiguration: { name: 'app-{{ imagebuilder:buildDate }}', amiTags: { CommitId: 'c0ffee' } },
      },
    ],
  });
  const { arn } = images.create({
    imageRecipeArn: recipe,
    infrastructureConfigurationArn: infrastructure,
    distributionConfigurationArn: distribution.arn,
  });
  await images.finished(arn);
  expect(shop.amis.get('ami-1')).toMatchObject({
    name: 'app-2026-01-01T00-00-00.000Z',
    tags: { CommitId: 'c0ffee', CreatedBy: 'EC2 Image Builder', Ec2ImageBuilderArn: arn },
    architecture: 'x86_64',
  });
  await images.finished(images.create({ imageRecipeArn: recipe, infrastructureConfigurationArn: infrastructure }).arn);
  expect(shop.amis.get('ami-2')?.name).toBe('My App 2026-01-01T00-00-00.000Z');
});

test('a further Region gets a copy with its own id, and each has its launch permissions (D40)', async () => {
  const { recipe, infrastructure } = shop.prepare();
  const { distributions, images } = shop.imageBuilder;
  const shared = (...userIds: string[]) => ({ launchPermissionConfiguration: { userIds } });
  const distribution = distributions.create({
    name: 'far',
    distributions: [
      { region: 'us-east-2', amiDistributionConfiguration: shared('222222222222') },
      { region: 'eu-west-1', amiDistributionConfiguration: shared('111111111111') },
    ],
  });
  const { arn } = images.create({
    imageRecipeArn: recipe,
    infrastructureConfigurationArn: infrastructure,
    distributionConfigurationArn: distribution.arn,
  });
  const { state } = await images.finished(arn);
  const { name } = shop.amis.get('ami-1') ?? {};
  expect(state).toMatchObject({
    imageId: 'ami-1',
    copies: [{ region: 'us-east-2', imageId: 'ami-2', amiName: name }],
  });
  expect(shop.amis.get('ami-1')).toMatchObject({ region: 'eu-west-1', sharedWith: ['111111111111'] });
  expect(shop.amis.get('ami-2')).toMatchObject({
    region: 'us-east-2',
    sharedWith: ['222222222222'],
    layers: shop.amis.get('ami-1')?.layers,
  });
});

test('a build number is never reused, and a repeated request is the same build (D22)', async () => {
  const { recipe, infrastructure } = shop.prepare();
  const request = { imageRecipeArn: recipe, infrastructureConfigurationArn: infrastructure };
  const { images } = shop.imageBuilder;
  const first = images.create({ ...request, clientToken: 'token' });
  expect(images.create({ ...request, clientToken: 'token' }).arn).toBe(first.arn);
  await images.finished(first.arn);
  images.delete(first.arn);
  const second = images.create(request);
  expect(second.arn).toBe(`${first.arn.slice(0, -1)}2`);
  await images.finished(second.arn);
  expect(shop.amis.size).toBe(2);
});

function component(name: string): string {
  return `arn:aws:imagebuilder:eu-west-1:000000000000:component/${name}/1.0.0`;
}
