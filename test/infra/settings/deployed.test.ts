import { Misfit, refuseMisfit, shapeOf } from '../../../infra/settings/deployed';
import { environment, settings, template } from '../synthesized';

const of = (...names: string[]) => ({
  ...settings(),
  environments: names.map((name, index) => environment(name, index)),
});
const deployed = JSON.stringify(shapeOf(of('dev', 'prod')));
const REMEDY =
  'deploy it first with "npx cdk deploy --all" (a run on this machine is pointed to by: eval "$(npx server-pipeline status --env --local)"), then push again';

test('a commit with the environments of the deployed pipeline is synthesized', () => {
  expect(() => refuseMisfit(of('dev', 'prod'), deployed)).not.toThrow();
});

test('without a deployed pipeline, as before the first deployment, every commit is synthesized', () => {
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

describe('a stage that the commit changes', () => {
  const prod = (change: object) => {
    const { environments, ...rest } = of('dev', 'prod');
    return { ...rest, environments: [environments[0]!, { ...environments[1]!, ...change }] };
  };

  test('an approval that the deployed pipeline lacks is refused, since nobody would be asked', () => {
    expect(() => refuseMisfit(prod({ approval: {} }), deployed)).toThrow(
      new Misfit(
        `environment "prod" asks for approval in this commit and asks nobody in the deployed pipeline: ${REMEDY}`,
      ),
    );
  });

  test('another account or region is refused', () => {
    const home = { account: '111111111111', region: 'eu-west-1' };
    const before = JSON.stringify(shapeOf({ ...prod({}), ...home }));
    const moved = { ...prod({ region: 'us-east-2' }), ...home };
    expect(() => refuseMisfit(moved, before)).toThrow(
      `environment "prod" is in 111111111111/us-east-2 in this commit and in the pipeline's place in the deployed pipeline: `,
    );
  });

  test('another size or strategy concerns the commit alone', () => {
    expect(() => refuseMisfit(prod({ strategy: 'instance-refresh' }), deployed)).not.toThrow();
  });
});

describe('a pipeline of another version', () => {
  const shape = shapeOf(of('dev', 'prod'));

  test('that does not pass the parameters of the fleets is refused', () => {
    const older = { ...shape, parameters: shape.parameters?.filter((name) => name !== 'CommitId') };
    expect(() => refuseMisfit(of('dev', 'prod'), JSON.stringify(older))).toThrow(
      new Misfit(`the fleets of this commit need CommitId, which the deployed pipeline does not pass: ${REMEDY}`),
    );
  });

  test('that passes parameters which the fleets do not have is refused', () => {
    const newer = { ...shape, parameters: [...(shape.parameters ?? []), 'Colour'] };
    expect(() => refuseMisfit(of('dev', 'prod'), JSON.stringify(newer))).toThrow(
      new Misfit(`the deployed pipeline gives Colour, which the fleets of this commit do not take: ${REMEDY}`),
    );
  });

  test('that publishes only its name and environments is accepted', () => {
    const { name, environments } = shape;
    expect(() => refuseMisfit(of('dev', 'prod'), JSON.stringify({ name, environments }))).not.toThrow();
  });
});

test('every fleet template has exactly the parameters that the pipeline passes', () => {
  const needs = Object.entries(template('greeter-dev-fleet').findParameters('*'))
    .filter(([, { Default, Type }]) => Default === undefined && !String(Type).startsWith('AWS::SSM'))
    .map(([name]) => name);
  expect(needs.sort()).toEqual([...(shapeOf(of('dev')).parameters ?? [])].sort());
});
