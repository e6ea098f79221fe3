import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { declared, PLACES, THREE } from './synthesized';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly {
      ruleName: string;
      description: string;
      violatingConstructs: { constructPath: string }[];
    }[];
  }[];
}

/** Returns the findings of an app's plugins that have no written reason. */
// The other tests do without it.
beforeAll(() => void delete process.env['CDK_VALIDATION']);

function findings(builtinCloudFormationValidation: boolean, settings = THREE): string[] {
  const context = { '@aws-cdk/core:failSynthOnValidationErrors': false };
  const app = declared(settings, { builtinCloudFormationValidation, context });
  if (!builtinCloudFormationValidation) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const report = JSON.parse(readFileSync(join(app.synth().directory, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}: ${description}`),
    ),
  );
}

test('cdk-nag (AwsSolutions) finds nothing without a written reason', () => {
  expect(findings(false)).toEqual([]);
  expect(findings(false, PLACES)).toEqual([]);
});

test('CloudFormation’s own validation finds only parameters in an update policy, which it does not understand', () => {
  const overlooked = /^W2001 .*'(MinInstancesInService|MaxBatchSize)' is not referenced anywhere in the template$/;
  for (const settings of [THREE, PLACES]) {
    expect(findings(true, settings).filter((finding) => !overlooked.test(finding))).toEqual([]);
  }
}, 60_000);
