import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { EXECUTION_ID, type Form } from './parameters';
import type { Job } from './pipeline-job';

export const REGION: Form = { pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, form: 'a region' };

/** Account, region and credentials of an SDK client; nothing of it means the function's own region and role. */
export interface ClientPlace {
  readonly region?: string;
  readonly credentials?: () => Promise<TemporaryCredentials>;
}

interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: Date;
}

/**
 * Returns the account and region of the environment that an action concerns: those of `roleArn` and `region` in its
 * parameters, or the function's own. The role's sessions are named after the execution, or after the job if the
 * execution is unknown, so that the other account's trail shows it.
 */
export function placeOf({ id, parameters }: Job): ClientPlace {
  const region = parameters.optionalText('region', REGION);
  const roleArn = parameters.optionalText('roleArn', {
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    form: 'the ARN of a role',
  });
  const session = parameters.optionalText('executionId', EXECUTION_ID) ?? id;
  return roleIn({ region, roleArn, session });
}

/** Returns sessions of a role in a region. Default: the function's own. */
export function roleIn({
  region,
  roleArn,
  session,
}: {
  region?: string;
  roleArn?: string;
  session: string;
}): ClientPlace {
  // One session for all clients of an invocation, which is over long before the session is.
  let assumed: Promise<TemporaryCredentials> | undefined;
  const credentials = (role: string) => () => {
    assumed ??= assume(role, session);
    return assumed;
  };
  return {
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { credentials: credentials(roleArn) }),
  };
}

async function assume(roleArn: string, session: string): Promise<TemporaryCredentials> {
  const answer = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: session }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = answer.Credentials ?? {};
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
