import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { EnvironmentSettings } from '../../infra/settings/types';
import { declared, environment } from './synthesized';

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

const EXISTING = {
  vpcId: 'vpc-0123456789abcdef0',
  loadBalancerSubnetIds: ['subnet-00000000', 'subnet-11111111'],
  instanceSubnetIds: ['subnet-22222222'],
};

/** Whatever adds resources. */
const EVERYTHING: Partial<EnvironmentSettings> = {
  network: EXISTING,
  certificate: 'arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012',
  alarms: { errorPercent: 5, unhealthyHosts: 1, latencySeconds: 1 },
};

/** What the plugins of an app find that nobody has given a reason for. */
function findings(builtinCloudFormationValidation: boolean): string[] {
  const environments = [environment('dev', 0), { ...environment('prod', 1), ...EVERYTHING }];
  const context = { '@aws-cdk/core:failSynthOnValidationErrors': false };
  const app = declared({ environments }, { builtinCloudFormationValidation, context });
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
});

test("CloudFormation's own validation finds nothing, but that it overlooks parameters in an update policy", () => {
  const overlooked = /^W2001 .*'(MinInstancesInService|MaxBatchSize)' is not referenced anywhere in the template$/;
  expect(findings(true).filter((finding) => !overlooked.test(finding))).toEqual([]);
}, 60_000);
