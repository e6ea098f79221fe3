import { StackEngine, type StackEngineOptions } from '../../../local/engine/engine';
import { imageBuilderComponent } from '../../../local/providers/imagebuilder-component';
import { imageBuilderImage } from '../../../local/providers/imagebuilder-image';
import { imageBuilderImageRecipe } from '../../../local/providers/imagebuilder-image-recipe';
import { template } from '../../infra/synthesized';
import { request, someone } from '../engine/desk';
import { bakery, failing, PROFILE } from '../runtime/imagebuilder/bakery';

/** The image stack as the pipeline deploys it, over a bakery, with the configurations that a person has deployed. */
function imageStack(more: Pick<StackEngineOptions, 'copiesOfARollback'> = {}) {
  const shop = bakery();
  const { imageBuilder } = shop;
  const { arn: infrastructure } = imageBuilder.infrastructure.create({
    name: 'desk',
    instanceProfileName: PROFILE,
    terminateInstanceOnFailure: true,
  });
  const region = {
    region: shop.scope.region,
    amiDistributionConfiguration: { name: 'desk {{ imagebuilder:buildDate }}' },
  };
  const { arn: distribution } = imageBuilder.distributions.create({ name: 'desk', distributions: [region] });
  const published = (name: string) =>
    name.endsWith('/infrastructure-configuration-arn') ? infrastructure : distribution;
  const providers = [
    imageBuilderComponent(imageBuilder),
    imageBuilderImage(imageBuilder),
    imageBuilderImageRecipe(imageBuilder),
  ];
  const engine = new StackEngine({
    ...shop,
    ...more,
    providers: new Map(providers.map((provider) => [provider.type, provider as never])),
    parameters: {
      value: published,
      find: (name) => ({ value: published(name), type: 'String' }),
    },
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  });
  const of = (version: string) =>
    request(template('greeter-image').toJSON(), {
      parameters: {
        ArtifactBucket: 'artifacts',
        ArtifactKey: `app-${version}.zip`,
        ImageVersion: version,
        CommitId: 'c0ffee'.padEnd(40, '0'),
        CommitSubject: 'Greet',
        Branch: 'main',
        Repository: 'greeter',
        AuthorDate: '2026-01-01T00:00:00Z',
        ExecutionId: '11111111-2222-3333-4444-555555555555',
      },
    });
  return {
    shop,
    engine,
    images: () => imageBuilder.images.list().map(({ version: made }) => made),
    create: (version: string) => engine.create(of(version)),
    update: (version: string) => engine.update(of(version)),
  };
}

test('a failed bake returns to the image before, and deletes neither it nor its AMI', async () => {
  const { create, update, images, shop } = imageStack();
  expect(await create('1.0.1')).toMatchObject({ status: 'CREATE_COMPLETE' });
  shop.guest = async () => failing('build', 'Install');
  expect(await update('1.0.2')).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', outputs: { ImageId: 'ami-1' } });
  expect(images()).toContain('1.0.1');
  expect([...shop.amis.keys()]).toEqual(['ami-1']);
});

test('later bakes, and the deletion of the stack, keep every AMI to which a fleet may return (D32)', async () => {
  const { create, update, images, shop, engine } = imageStack();
  await create('1.0.1');
  await update('1.0.2');
  expect(await update('1.0.3')).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(images()).toEqual(['1.0.1', '1.0.2', '1.0.3']);
  await engine.delete('desk', someone);
  expect(images()).toEqual(['1.0.1', '1.0.2', '1.0.3']);
  expect([...shop.amis.keys()]).toEqual(['ami-1', 'ami-2', 'ami-3']);
});

test.each([
  ['removes', 'UPDATE_COMPLETE', {}],
  ['keeps', 'UPDATE_ROLLBACK_COMPLETE', { copiesOfARollback: 'kept' } as const],
])('if AWS %s the resources of a failed bake, a second attempt of its version ends as %s', async (_, second, kept) => {
  const { create, update, shop, engine } = imageStack(kept);
  await create('1.0.1');
  const working = shop.guest;
  shop.guest = async () => failing('build', 'Install');
  expect(await update('1.0.2')).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  shop.guest = working;
  expect(await update('1.0.2')).toMatchObject({ status: second });
  if (second === 'UPDATE_ROLLBACK_COMPLETE') expect(engine.firstFailure('desk')).toContain('already exists');
  expect(await update('1.0.3')).toMatchObject({ status: 'UPDATE_COMPLETE' });
});
