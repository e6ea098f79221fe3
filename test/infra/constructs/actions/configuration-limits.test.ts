import { Lazy } from 'aws-cdk-lib';
import { checkConfiguration } from '../../../../infra/constructs/actions/configuration-limits';
import { checkSettings } from '../../../../infra/settings/check';
import { declared, everything, settings } from '../../synthesized';

test('a configuration of ids and short texts passes', () => {
  expect(() =>
    checkConfiguration('Image', { StackName: 'x', ParameterOverrides: '{"A":"#{Bake.ImageId}"}' }),
  ).not.toThrow();
});

test('a value of more than 1000 characters is refused, with its place (A7)', () => {
  expect(() => checkConfiguration('Image', { ParameterOverrides: 'x'.repeat(1001) })).toThrow(
    'Image, ParameterOverrides: 1001 characters, and CodePipeline takes 1000',
  );
});

test('a value that can exceed 1000 characters when its variables are resolved is refused (A48, H2)', () => {
  const four = '#{Version.CommitSubject}'.repeat(4);
  expect(four.length).toBeLessThan(100);
  expect(() => checkConfiguration('Roll', { ParameterOverrides: four })).toThrow(
    'Roll, ParameterOverrides: 1024 characters once its variables are resolved, and CodePipeline takes 1000',
  );
});

test.each(['#{SourceVariables.CommitMessage}', '#{variables.anything}', '#{Version.Unheard}'])(
  'the variable %s is refused, because its text could break the JSON around it (H1)',
  (reference) => {
    expect(() => checkConfiguration('Roll', { UserParameters: `{"a":"${reference}"}` })).toThrow(
      `Roll, UserParameters: ${reference} is not among the variables that are safe in a configuration`,
    );
  },
);

test('a token that is known only at deployment counts with its maximum length (H2)', () => {
  const url = Lazy.string({ produce: () => 'https://example.com' });
  expect(() => checkConfiguration('Verify', { UserParameters: url.repeat(7) })).not.toThrow();
  expect(() => checkConfiguration('Verify', { UserParameters: url.repeat(8) })).toThrow(
    'Verify, UserParameters: 1024 characters, and CodePipeline takes 1000',
  );
});

test('the longest valid settings fit into every action (H2)', () => {
  const longest = {
    ...everything('x'.repeat(16)),
    fleet: { instanceType: 't4g.micro', min: 500, max: 1000, batch: 100 },
    verify: { path: `/${'x'.repeat(99)}`, contains: '"'.repeat(100), withinMinutes: 60 },
    alarms: { errorPercent: 0.001, unhealthyHosts: 1000, latencySeconds: 0.0001, watchMinutes: 1380 },
  };
  const changed = { name: 'x'.repeat(32), environments: [longest] };
  expect(checkSettings(settings(changed))).toBeDefined();
  expect(() => declared(changed)).not.toThrow();
});
