import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ScopedRuntime } from '../composition/compose';

/** The stack that `cdk bootstrap` deploys. */
export const BOOTSTRAP_STACK = 'CDKToolkit';
const VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/**
 * Deploys what `cdk bootstrap` deploys to an account and region: the CDK CLI's stack, from the CLI's own template, with
 * its default parameters. Each account trusts `deployer`, as with `--trust`: the account that deploys to all of them.
 * Does nothing for an account that is bootstrapped already.
 */
export async function bootstrap(
  { scope, stacks, parameters, principal }: ScopedRuntime,
  deployer: string,
): Promise<void> {
  if (parameters.value(VERSION_PARAMETER) !== undefined) return;
  const given = {
    TrustedAccounts: scope.account === deployer ? '' : deployer,
    CloudFormationExecutionPolicies: 'arn:aws:iam::aws:policy/AdministratorAccess',
    FileAssetsBucketKmsKeyId: 'AWS_MANAGED_KEY',
    PublicAccessBlockConfiguration: 'true',
  };
  const { status } = await stacks.create({
    stackName: BOOTSTRAP_STACK,
    templateBody: readFileSync(templateFile(), 'utf8'),
    parameters: Object.entries(given).map(([key, value]) => ({ key, value })),
    capabilities: ['CAPABILITY_NAMED_IAM'],
    principal,
  });
  if (status !== 'CREATE_COMPLETE') {
    throw new Error(`${BOOTSTRAP_STACK} ended as ${status}: ${stacks.firstFailure(BOOTSTRAP_STACK)}`);
  }
}

function templateFile(): string {
  const packageFile = require.resolve('aws-cdk/package.json');
  return join(dirname(packageFile), 'lib/api/bootstrap/bootstrap-template.yaml');
}
