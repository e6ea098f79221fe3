import type { Template } from 'aws-cdk-lib/assertions';
import { PLACES, THREE, templates } from './synthesized';

/** The functions' code has a name of its own for each content: what is in it, other tests say. */
const withoutCode = (template: Template) =>
  JSON.parse(JSON.stringify(template.toJSON()).replace(/[0-9a-f]{64}\.zip/g, 'CODE.zip')) as object;

test.each([...templates()])('%s matches its snapshot', (_name, template) => {
  expect(withoutCode(template)).toMatchSnapshot();
});

test.each([...templates(THREE)].filter(([name]) => !/-dev-|-image$/.test(name)))(
  '%s of three environments matches its snapshot',
  (_name, template) => {
    expect(withoutCode(template)).toMatchSnapshot();
  },
);

test.each([...templates(PLACES)].filter(([name]) => /-(pipeline|image|artifacts-.*|prod-environment)$/.test(name)))(
  '%s of environments elsewhere matches its snapshot',
  (_name, template) => {
    expect(withoutCode(template)).toMatchSnapshot();
  },
);

test('the stacks of an environment at home, and of a commit, do not depend on environments elsewhere', () => {
  for (const name of ['greeter-dev-environment', 'greeter-dev-fleet']) {
    expect(templates(PLACES).get(name)?.toJSON()).toEqual(templates().get(name)?.toJSON());
  }
  const elsewhere = JSON.stringify(templates(PLACES).get('greeter-qa-fleet'));
  expect(elsewhere).toEqual(
    JSON.stringify(
      templates({
        environments: PLACES.environments!.map(({ account: _account, region: _region, ...rest }) => rest),
      }).get('greeter-qa-fleet'),
    ),
  );
});

test('the stacks of an environment do not depend on other environments', () => {
  for (const name of ['greeter-dev-environment', 'greeter-dev-fleet', 'greeter-image']) {
    expect(templates(THREE).get(name)?.toJSON()).toEqual(templates().get(name)?.toJSON());
  }
});
