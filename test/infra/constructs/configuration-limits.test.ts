import { checkConfiguration } from '../../../infra/constructs/configuration-limits';

test('a configuration of ids and short texts passes', () => {
  expect(() =>
    checkConfiguration('Image', { StackName: 'x', ParameterOverrides: '{"A":"#{Bake.ImageId}"}' }),
  ).not.toThrow();
});

test('A7: a value of more than 1000 characters is refused, with its place', () => {
  expect(() => checkConfiguration('Image', { ParameterOverrides: 'x'.repeat(1001) })).toThrow(
    'Image, ParameterOverrides: 1001 characters, and CodePipeline takes 1000',
  );
});

test('A48, H2: so is one that can grow beyond it when its variables are resolved', () => {
  const four = '#{Version.CommitSubject}'.repeat(4);
  expect(four.length).toBeLessThan(100);
  expect(() => checkConfiguration('Roll', { ParameterOverrides: four })).toThrow(
    'Roll, ParameterOverrides: 1024 characters once its variables are resolved, and CodePipeline takes 1000',
  );
});

test.each(['#{SourceVariables.CommitMessage}', '#{variables.anything}', '#{Version.Unheard}'])(
  'H1: %s is not let in: its text could break the JSON around it',
  (reference) => {
    expect(() => checkConfiguration('Roll', { UserParameters: `{"a":"${reference}"}` })).toThrow(
      `Roll, UserParameters: ${reference} is not among the variables that are safe in a configuration`,
    );
  },
);
