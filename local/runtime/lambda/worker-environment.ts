import { arn, type Scope } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { FunctionRecord } from './records';

/** Directories inside, as Lambda has them: of the function's code, and of the runtime with the SDK. */
export const TASK_ROOT = '/var/task';
export const RUNTIME_ROOT = '/var/runtime';

/** Names that Lambda sets itself; a function that has one of them among its own is refused, as on AWS. */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** Errors: `InvalidParameterValueException` with Lambda's message. */
export function refuseReserved(variables: Readonly<Record<string, string>>): void {
  const used = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (used.length === 0) return;
  const message =
    'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
    'contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ';
  throw new AwsError('InvalidParameterValueException', message + used.join(', '));
}

/** The complete environment of a function's process. */
export function workerEnvironment(of: {
  record: FunctionRecord;
  scope: Scope;
  logStream: string;
  /**
   * Settings for the endpoint, the role's credentials and the trusted authorities. They override all others, so that
   * nothing reaches AWS by accident.
   */
  access: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { record, scope, access } = of;
  return {
    NODE_PATH: `${RUNTIME_ROOT}/node_modules`,
    ...record.variables,
    ...access,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/tmp',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: scope.region,
    AWS_DEFAULT_REGION: scope.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${record.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: record.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: record.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: of.logStream,
    LAMBDA_TASK_ROOT: TASK_ROOT,
    LAMBDA_RUNTIME_DIR: RUNTIME_ROOT,
    _HANDLER: record.handler,
  };
}

export function functionArn(scope: Scope, functionName: string): string {
  return arn(scope, 'lambda', `function:${functionName}`);
}
