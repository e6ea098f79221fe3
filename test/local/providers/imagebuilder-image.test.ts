import { imageBuilderImage } from '../../../local/providers/imagebuilder-image';
import { type Bakery, bakery, failing } from '../runtime/imagebuilder/bakery';
import { current, prepareImage } from './imagebuilder';
import { operation } from './operation';
import { providerContext } from './provider-context';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

const ARN = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/app/1.0.0/1';

test('Ref is the build version and ImageId the AMI, once it is available (D27)', async () => {
  const provider = imageBuilderImage(shop.imageBuilder);
  const made = await provider.create(providerContext(), await prepareImage(shop.imageBuilder));
  expect(made).toMatchObject({ physicalId: ARN, attributes: { Arn: ARN, ImageId: 'ami-1', Name: 'app' } });
  const missing = provider.attributes.filter((name) => !(name in (made.attributes ?? {})));
  expect(missing).toEqual(['ImageUri']);
});

test('a failed bake is a GeneralServiceException with its reason (D28)', async () => {
  shop.guest = async () => failing('build', 'Install');
  const provider = imageBuilderImage(shop.imageBuilder);
  const ctx = providerContext();
  await expect(provider.create(ctx, await prepareImage(shop.imageBuilder))).rejects.toMatchObject({
    code: 'GeneralServiceException',
    message: expect.stringMatching(
      /^Error occurred during operation 'Workflow Execution ID: 'wf-.*port 8080 is taken'\.$/,
    ),
  });
  expect(ctx.made).toEqual([ARN]);
  expect(shop.amis.size).toBe(0);
});

test('a deletion during creation cancels the bake (D31)', async () => {
  shop.guest = () => new Promise(() => {});
  const provider = imageBuilderImage(shop.imageBuilder);
  const properties = await prepareImage(shop.imageBuilder);
  const { ctx, cancel, created } = operation();
  const creation = expect(provider.create(ctx, properties)).rejects.toThrow('Resource creation cancelled');
  await shop.clock.advance(0);
  cancel();
  await creation;
  await provider.delete(ctx, current(provider, { physicalId: created[0] ?? '' }, properties));
  expect(shop.happened).toContain('kill');
  expect(shop.imageBuilder.images.list()).toEqual([]);
});

test('a bake that another caller cancels fails the creation (D28)', async () => {
  shop.guest = () => new Promise(() => {});
  const provider = imageBuilderImage(shop.imageBuilder);
  const creation = provider.create(providerContext(), await prepareImage(shop.imageBuilder));
  const told = expect(creation).rejects.toMatchObject({
    code: 'GeneralServiceException',
    message: 'Image creation is cancelled.',
  });
  await shop.clock.advance(0);
  await shop.imageBuilder.images.cancel(ARN);
  await told;
});

test('the deletion of the image keeps its AMI (D32)', async () => {
  const provider = imageBuilderImage(shop.imageBuilder);
  const properties = await prepareImage(shop.imageBuilder);
  const made = current(provider, await provider.create(providerContext(), properties), properties);
  await provider.delete(providerContext(), made);
  await provider.delete(providerContext(), made);
  expect([shop.imageBuilder.images.list().length, shop.amis.size, shop.layers.size]).toEqual([0, 1, 1]);
});

test('scanning is refused (D45)', () => {
  const provider = imageBuilderImage(shop.imageBuilder);
  expect(provider.refuse?.({ ImageScanningConfiguration: { ImageScanningEnabled: true } })).toHaveLength(1);
  expect(provider.refuse?.({ ImageScanningConfiguration: { ImageScanningEnabled: 'false' } })).toEqual([]);
});
