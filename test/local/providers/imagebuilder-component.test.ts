import { imageBuilderComponent } from '../../../local/providers/imagebuilder-component';
import { type Bakery, bakery } from '../runtime/imagebuilder/bakery';
import { COMPONENT, current } from './imagebuilder';
import { providerContext } from './provider-context';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

const ARN = 'arn:aws:imagebuilder:eu-west-1:000000000000:component/app/1.0.0/1';

test('Ref is the build version, and every attribute exists (D33)', async () => {
  const provider = imageBuilderComponent(shop.imageBuilder);
  const ctx = providerContext();
  const { physicalId, attributes = {} } = await provider.create(ctx, COMPONENT);
  expect([physicalId, ctx.made]).toEqual([ARN, [ARN]]);
  expect(Object.keys(attributes).sort()).toEqual([...provider.attributes].sort());
  expect(attributes).toMatchObject({ Name: 'app', Type: 'BUILD', 'LatestVersion.Minor': `${ARN.slice(0, -7)}1.0.x` });
});

test('the same name and version with another document is AlreadyExists (D34)', async () => {
  const provider = imageBuilderComponent(shop.imageBuilder);
  await provider.create(providerContext(), COMPONENT);
  await expect(provider.create(providerContext(), COMPONENT)).rejects.toMatchObject({
    code: 'AlreadyExists',
    message: `Resource of type 'AWS::ImageBuilder::Component' with identifier '${ARN}' already exists.`,
  });
});

test('an invalid document is refused before anything is changed (D9)', () => {
  const provider = imageBuilderComponent(shop.imageBuilder);
  const Data = COMPONENT.Data.replace('ExecuteBash', 'InstallMSI');
  expect(provider.refuse?.({ Data, Platform: 'Linux' })).toEqual([
    "Data: The value supplied for parameter 'data' is not valid. Parsing step 'Install' in phase 'build' failed. Error: Action InstallMSI exists on Windows only (line 5, column 37)",
  ]);
  expect(provider.refuse?.({ Platform: 'Windows' })).toEqual(['Platform: Windows is not supported, only Linux']);
  expect(provider.refuse?.(COMPONENT)).toEqual([]);
});

test('only tags change in place, and the deletion of a missing component succeeds (D33)', async () => {
  const provider = imageBuilderComponent(shop.imageBuilder);
  const made = current(provider, await provider.create(providerContext(), COMPONENT), COMPONENT);
  await provider.update?.(providerContext(), made, { ...COMPONENT, Tags: { Version: '2' } });
  expect(shop.imageBuilder.tagsOf(ARN)).toEqual({ team: 'web', Version: '2' });
  await provider.delete(providerContext(), made);
  await provider.delete(providerContext(), made);
  expect(shop.imageBuilder.components.list()).toEqual([]);
});
