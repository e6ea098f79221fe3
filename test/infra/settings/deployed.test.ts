import { Misfit, refuseMisfit, shapeOf } from '../../../infra/settings/deployed';
import { environment, settings } from '../synthesized';

const of = (...names: string[]) => ({
  ...settings(),
  environments: names.map((name, index) => environment(name, index)),
});
const deployed = JSON.stringify(shapeOf(of('dev', 'prod')));
const REMEDY =
  'deploy it first with "npx cdk deploy --all" (a run on this machine is pointed to by: eval "$(npm run --silent status -- --env)"), then push again';

test('a commit with the environments of the deployed pipeline is synthesized', () => {
  expect(() => refuseMisfit(of('dev', 'prod'), deployed)).not.toThrow();
});

test('without a deployed pipeline, as on the way to the first one, every commit is synthesized', () => {
  expect(() => refuseMisfit(of('dev', 'qa'), undefined)).not.toThrow();
});

test('a commit that adds an environment is refused with the command that deploys it', () => {
  expect(() => refuseMisfit(of('dev', 'qa', 'prod'), deployed)).toThrow(
    new Misfit(`environment "qa" is in this commit but not in the deployed pipeline: ${REMEDY}`),
  );
});

test('a commit that renames an environment is refused for both names', () => {
  expect(() => refuseMisfit(of('dev', 'live'), deployed)).toThrow(
    new Misfit(
      `environment "live" is in this commit but not in the deployed pipeline: ${REMEDY}\n` +
        `environment "prod" is in the deployed pipeline but not in this commit: ${REMEDY}`,
    ),
  );
});

test('a commit of another application is refused', () => {
  expect(() => refuseMisfit({ ...of('dev', 'prod'), name: 'other' }, deployed)).toThrow(
    `the application is "other" in this commit and "${settings().name}" in the deployed pipeline: ${REMEDY}`,
  );
});
