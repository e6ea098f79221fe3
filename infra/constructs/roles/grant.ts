/** Actions that a role may take on resources, perhaps under a condition. */
export interface Grant {
  readonly actions: readonly string[];
  /** ARNs. Default: `*`, for actions without resource-level permissions. */
  readonly on?: readonly string[];
  /** Operator, key, values: `{ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }`. */
  readonly when?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Denies what another grant, or an AWS managed policy, would allow. */
  readonly denies?: true;
  /** Reason for a grant that is wider than the existing resources. Required for a `*`. */
  readonly because?: string;
}

/** Grants by name. The names are for readers of the role. */
export type Grants = Readonly<Record<string, Grant>>;

/** The grants as a policy, each with its name as the statement's id. */
export function policyDocument(grants: Grants): object {
  return policy(
    Object.entries(grants).map(([name, { actions, on = ['*'], when, denies }]) => ({
      Sid: name,
      Effect: denies ? 'Deny' : 'Allow',
      Action: actions,
      Resource: on,
      Condition: when,
    })),
  );
}

export function policy(statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

/** Passing a role to a service: the one service is named, always. */
export function passRole(roleArn: string, service: string): Grant {
  return { actions: ['iam:PassRole'], on: [roleArn], when: { StringEquals: { 'iam:PassedToService': service } } };
}
