import type { ScopedRuntime } from '../compose';

/** The bootstrap stack's qualifier, as CDK has it by default, and the version of its template that this stands for. */
const QUALIFIER = 'hnb659fds';
const VERSION = '30';

/** The roles of a deployment, and who may take each: a service, or anybody in the accounts that it trusts. */
const ROLES = {
  'cfn-exec-role': { Service: 'cloudformation.amazonaws.com' },
  'deploy-role': 'account',
  'file-publishing-role': 'account',
  'lookup-role': 'account',
} as const;

/**
 * Makes what `cdk bootstrap` leaves in an account: a bucket for assets, a parameter that tells its version, and the roles
 * that the CDK CLI deploys with, so that `npx cdk deploy` works here as well. Each role may do everything, where on AWS all
 * but CloudFormation's have their own policies. Each account trusts `deployer`, as `--trust` has it: the account that
 * deploys to all of them.
 */
export function bootstrap({ scope, s3, parameters, principal, iam }: ScopedRuntime, deployer: string): void {
  const { account, region } = scope;
  const bucket = `cdk-${QUALIFIER}-assets-${account}-${region}`;
  if (!s3.buckets.has(bucket)) s3.buckets.create(bucket);
  const name = `/cdk-bootstrap/${QUALIFIER}/version`;
  if (parameters.value(name) === undefined) parameters.put({ name, value: VERSION, type: 'String', by: principal.arn });
  const accounts = [...new Set([account, deployer])].map((id) => `arn:aws:iam::${id}:root`);
  for (const [part, trusted] of Object.entries(ROLES)) {
    const role = `cdk-${QUALIFIER}-${part}-${account}-${region}`;
    if (iam.roles.find(role)) continue;
    const Principal = trusted === 'account' ? { AWS: accounts } : trusted;
    const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
    iam.roles.create({ name: role, trust: JSON.stringify({ Version: '2012-10-17', Statement }) });
    iam.roles.attach(role, 'arn:aws:iam::aws:policy/AdministratorAccess');
  }
}
