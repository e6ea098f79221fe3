import { templates } from './synthesized';

/** The functions' code has a name of its own for each content: what is in it, other tests say. */
const withoutCode = (template: object) =>
  JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}\.zip/g, 'CODE.zip')) as object;

test.each([...templates()])('%s is as it was', (_name, template) => {
  expect(withoutCode(template.toJSON())).toMatchSnapshot();
});
