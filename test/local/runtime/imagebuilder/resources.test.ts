import { highestMatch } from '../../../../local/runtime/imagebuilder/arns';
import { type Bakery, bakery, DOCUMENT, PROFILE } from './bakery';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

const component = (further: object = {}) =>
  shop.imageBuilder.components.create({
    name: 'My_App',
    semanticVersion: '1.0.0',
    platform: 'Linux',
    data: DOCUMENT,
    ...further,
  });

test('a component of a name and version is created once (D22)', () => {
  const { arn } = component();
  expect(arn).toBe('arn:aws:imagebuilder:eu-west-1:000000000000:component/my-app/1.0.0/1');
  expect(() => component()).toThrow(`The following resource 'Component' already exists: '${arn}'.`);
});

test('a component with an invalid document is refused, with the place (D1)', () => {
  expect(() => component({ data: 'schemaVersion: 1.0\nphases:\n  - name: build\n' })).toThrow(
    "The value supplied for parameter 'data' is not valid. 'phases.0.steps' must be a list (line 3, column 5)",
  );
});

test('the document may come from S3, and otherwise has at most 16,000 characters (D33)', () => {
  expect(component({ data: undefined, uri: 's3://bucket/app.yml' }).data).toBe(DOCUMENT);
  expect(() => component({ semanticVersion: '2.0.0', data: ' '.repeat(16_001) })).toThrow('at most 16000 characters');
  expect(() => component({ semanticVersion: '2.0.0', uri: 's3://bucket/app.yml' })).toThrow(
    "Exactly one of the parameters 'data' and 'uri'",
  );
});

test('a component version has digits only, since x is for references (D22)', () => {
  expect(() => component({ semanticVersion: '1.0.x' })).toThrow(
    'semanticVersion must match pattern ^[0-9]+\\.[0-9]+\\.[0-9]+$',
  );
});

test('a recipe version with x, for which AWS chooses the number, is refused by name (D24)', () => {
  const components = [{ componentArn: component().arn }];
  const create = () =>
    shop.imageBuilder.recipes.create({ name: 'app', semanticVersion: '1.0.x', components, parentImage: 'ami-1' });
  expect(create).toThrow('The recipe version 1.0.x is not supported by the local runtime: give all three numbers');
});

test('the type is TEST if there is only a test phase (D4)', () => {
  const step = "[{name: Run, action: ExecuteBash, inputs: {commands: ['true']}}]";
  const data = `schemaVersion: 1.0\nphases: [{name: test, steps: ${step}}]`;
  expect([component().type, component({ name: 'tests', data }).type]).toEqual(['BUILD', 'TEST']);
});

test.each([
  ['a/1.x.x', 'a/1.10.0/1'],
  ['a/x.x.x', 'a/2.0.0/3'],
  ['a/2.0.0', 'a/2.0.0/3'],
  ['a/2.0.0/2', 'a/2.0.0/2'],
  ['a/1.9.x', 'a/1.9.9/1'],
  ['a/x.1.0', undefined],
  ['b/x.x.x', undefined],
])('%s selects the highest match (D23)', (reference, expected) => {
  expect(highestMatch(reference, ['a/1.9.9/1', 'a/1.10.0/1', 'a/2.0.0/3', 'a/2.0.0/2'])).toBe(expected);
});

test('Amazon’s components are refused by name (D50)', () => {
  const arn = 'arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x';
  expect(() => shop.imageBuilder.components.get(arn)).toThrow(`The Amazon-managed component ${arn} is not supported`);
});

test('a recipe refuses unknown parameters of its components, and requires those without default (D34)', () => {
  const parameters = 'parameters:\n  - Code:\n      type: string\n';
  const { arn } = component({ data: `${parameters}${DOCUMENT}` });
  const recipe = (...given: string[]) =>
    shop.imageBuilder.recipes.create({
      name: 'app',
      semanticVersion: '1.0.0',
      parentImage: 'ssm:/aws/service/al2023',
      components: [{ componentArn: arn, parameters: given.map((name) => ({ name, value: ['1'] })) }],
    });
  const words = "The value supplied for parameter 'components[0].parameters' is not valid. ";
  expect(() => recipe('Coda')).toThrow(
    `${words}The following parameters are not defined in the provided component: Coda`,
  );
  expect(() => recipe()).toThrow(`${words}The following parameters have no default and need a value: Code`);
  expect(recipe('Code').arn).toBe('arn:aws:imagebuilder:eu-west-1:000000000000:image-recipe/app/1.0.0');
  expect(() => recipe('Code')).toThrow("The following resource 'ImageRecipe' already exists");
});

test('a recipe refuses a missing parent (D34)', () => {
  const { arn } = component();
  const components = [{ componentArn: arn }];
  const request = { name: 'app', semanticVersion: '1.0.0', parentImage: 'ami-none', components };
  expect(() => shop.imageBuilder.recipes.create(request)).toThrow('ami-none');
});

test('an infrastructure configuration changes in place, and needs an instance profile (D35)', () => {
  const { infrastructure } = shop.imageBuilder;
  const request = { instanceProfileName: PROFILE, terminateInstanceOnFailure: true };
  const { arn } = infrastructure.create({ ...request, name: 'app' });
  infrastructure.update(arn, { ...request, instanceTypes: ['m7g.large'] });
  expect(infrastructure.get(arn)).toMatchObject({ name: 'app', instanceTypes: ['m7g.large'] });
  expect(() => infrastructure.create({ ...request, name: 'other', instanceProfileName: 'none' })).toThrow(
    "The value supplied for parameter 'instanceProfileName' is not valid. The provided instance profile does not exist.",
  );
});

test('a distribution without its own Region is refused, and so is one with a duplicate Region (D29)', () => {
  const create = (...regions: string[]) =>
    shop.imageBuilder.distributions.create({ name: 'far', distributions: regions.map((region) => ({ region })) });
  expect(() => create('us-east-1')).toThrow('A distribution without the Region eu-west-1');
  expect(() => create('eu-west-1', 'eu-west-1')).toThrow('the Region eu-west-1 only once');
});

test('a resource in use by another cannot be deleted (D39)', async () => {
  const image = await shop.bake();
  const { imageBuilder } = shop;
  const component = imageBuilder.components.list()[0]?.arn ?? '';
  for (const arn of [component, image.recipeArn, image.infrastructureArn]) {
    expect(() => imageBuilder.delete(arn)).toThrow(
      `Resource dependency error: The resource ARN '${arn}' has other resources depended on it.`,
    );
  }
  for (const arn of [image.arn, image.recipeArn, image.infrastructureArn, component]) imageBuilder.delete(arn);
  expect(shop.amis.size).toBe(1);
});

test('tags are set, replaced and removed on every kind of resource (D26)', async () => {
  const image = await shop.bake();
  for (const arn of [image.arn, image.recipeArn, image.infrastructureArn]) {
    shop.imageBuilder.tag(arn, { a: '1', b: '2' });
    shop.imageBuilder.tag(arn, { a: undefined });
    expect(shop.imageBuilder.tagsOf(arn)).toEqual({ b: '2' });
    shop.imageBuilder.retag(arn, { c: '3' });
    expect(shop.imageBuilder.tagsOf(arn)).toEqual({ c: '3' });
  }
});
