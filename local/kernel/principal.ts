/** Caller of a request. Carried on every call from the endpoint inward; policies will be decided on it. */
export interface Principal {
  readonly kind: 'user' | 'assumed-role' | 'service';
  /** Twelve digits. */
  readonly account: string;
  /**
   * `arn:aws:iam::…:user/local-administrator`, `arn:aws:sts::…:assumed-role/ROLE/SESSION`, or for a service its
   * principal name, `codepipeline.amazonaws.com`.
   */
  readonly arn: string;
  /** For an assumed role: the role's own ARN. */
  readonly roleArn?: string;
  readonly accessKeyId?: string;
}

/** Temporary or long-lived keys, in the shape the SDK's credential providers use. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** A role as a service uses it: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
export function assumedRole(roleArn: string, session: string): Principal {
  const [, partition = 'aws', , , account = '', resource = ''] = roleArn.split(':');
  const role = resource.split('/').at(-1);
  return {
    kind: 'assumed-role',
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${role}/${session}`,
    roleArn,
  };
}
