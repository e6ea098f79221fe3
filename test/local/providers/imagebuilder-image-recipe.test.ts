import { imageBuilderComponent } from '../../../local/providers/imagebuilder-component';
import { imageBuilderImageRecipe } from '../../../local/providers/imagebuilder-image-recipe';
import { type Bakery, bakery, DOCUMENT } from '../runtime/imagebuilder/bakery';
import { COMPONENT, current, RECIPE } from './imagebuilder';
import { providerContext } from './provider-context';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

test('a recipe has its components and their parameters in the API’s form (D34)', async () => {
  const Data = `parameters:\n  - Code:\n      type: string\n${DOCUMENT}`;
  const { physicalId: ComponentArn } = await imageBuilderComponent(shop.imageBuilder).create(providerContext(), {
    ...COMPONENT,
    Data,
  });
  const provider = imageBuilderImageRecipe(shop.imageBuilder);
  const Components = [{ ComponentArn, Parameters: [{ Name: 'Code', Value: ['7'] }] }];
  const properties = { ...RECIPE, Components, AmiTags: { Team: 'Web' } };
  const made = await provider.create(providerContext(), properties);
  expect(made.physicalId).toBe('arn:aws:imagebuilder:eu-west-1:000000000000:image-recipe/app/1.0.0');
  expect(Object.keys(made.attributes ?? {}).sort()).toEqual([...provider.attributes].sort());
  expect(shop.imageBuilder.recipes.get(made.physicalId)).toMatchObject({
    components: [{ componentArn: ComponentArn, parameters: [{ name: 'Code', value: ['7'] }] }],
    amiTags: { Team: 'Web' },
    tags: { team: 'web' },
  });
  await expect(provider.create(providerContext(), properties)).rejects.toMatchObject({ code: 'AlreadyExists' });
  await provider.delete(providerContext(), current(provider, made, properties));
  expect(shop.imageBuilder.recipes.list()).toEqual([]);
});

test('Amazon’s components, and user data, are refused before anything is changed (D50)', () => {
  const ComponentArn = 'arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x';
  const provider = imageBuilderImageRecipe(shop.imageBuilder);
  expect(
    provider.refuse?.({ Components: [{ ComponentArn }], AdditionalInstanceConfiguration: { UserDataOverride: 'x' } }),
  ).toEqual([
    `Components[0].ComponentArn: the Amazon-managed component ${ComponentArn} is not available here`,
    'AdditionalInstanceConfiguration.UserDataOverride: is not run',
  ]);
});
