import { propertiesOf, THREE, template } from '../../synthesized';

test('every action before and after a deployment checks that the artifacts are still those of the version', () => {
  const [pipeline] = propertiesOf(template('greeter-pipeline', THREE), 'AWS::CodePipeline::Pipeline');
  const stages = pipeline?.['Stages'] as { Name: string; Actions: { Name: string; InputArtifacts?: object[] }[] }[];
  const actions = stages.flatMap(({ Name: stage, Actions }) => Actions.map((each) => ({ stage, ...each })));
  const looking = actions.filter(({ Name }) => Name === 'Prepare' || Name === 'Verify');
  expect(looking.map(({ stage, Name }) => `${stage} ${Name}`)).toEqual([
    'Bake Prepare',
    ...['dev', 'qa', 'prod'].flatMap((name) => [`${name} Prepare`, `${name} Verify`]),
  ]);
  const pinned = [{ Name: 'App' }, { Name: 'Templates' }];
  for (const { InputArtifacts } of looking) expect(InputArtifacts).toEqual(pinned);
  expect(actions.find(({ Name }) => Name === 'Increment')?.InputArtifacts).toEqual(pinned);
});
