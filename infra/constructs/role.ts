import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** What a role may do: actions on resources, perhaps under a condition. */
export interface Grant {
  readonly actions: readonly string[];
  /** ARNs. Without: `*`, for actions that know no resources. */
  readonly on?: readonly string[];
  /** Operator, key, value: `{ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }`. */
  readonly when?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why it is wider than the resources that exist now: needed wherever there is a `*`. */
  readonly because?: string;
}

export interface RoleProps {
  /** Who takes the role: one service (`lambda.amazonaws.com`), or one role, by its ARN. */
  readonly trusts: { readonly service: string } | { readonly roleArn: string };
  readonly description: string;
  /** By name. The names are for whoever reads the role. */
  readonly grants: Readonly<Record<string, Grant>>;
  /** Policies of AWS, by name. */
  readonly managedPolicies?: readonly string[];
}

/** A role with exactly these grants. */
export function grantedRole(scope: Construct, id: string, props: RoleProps): CfnRole {
  const { trusts, managedPolicies } = props;
  const role = new CfnRole(scope, id, {
    description: props.description,
    assumeRolePolicyDocument: policy([
      {
        Effect: 'Allow',
        Principal: 'service' in trusts ? { Service: trusts.service } : { AWS: trusts.roleArn },
        Action: 'sts:AssumeRole',
      },
    ]),
    policies: [{ policyName: 'Grants', policyDocument: policyDocument(props.grants) }],
    managedPolicyArns: managedPolicies?.map((name) => `arn:${Aws.PARTITION}:iam::aws:policy/${name}`),
  });
  for (const [name, grant] of Object.entries(props.grants)) explainWidth(role, name, grant);
  return role;
}

/** The grants as a policy, each with its name as the statement's id. */
export function policyDocument(grants: Readonly<Record<string, Grant>>): object {
  return policy(
    Object.entries(grants).map(([name, { actions, on = ['*'], when }]) => ({
      Sid: name,
      Effect: 'Allow',
      Action: actions,
      Resource: on,
      Condition: when,
    })),
  );
}

/** Passing a role to a service: the one service is named, always. */
export function passRole(roleArn: string, service: string): Grant {
  return { actions: ['iam:PassRole'], on: [roleArn], when: { StringEquals: { 'iam:PassedToService': service } } };
}

/** Tells cdk-nag, finding by finding, why a grant is wide. Throws where nobody has said why. */
function explainWidth(role: CfnRole, name: string, { actions, on = ['*'], because }: Grant): void {
  const wide = [
    ...actions.filter((action) => action.includes('*')).map((action) => `Action::${action}`),
    ...on
      .map((arn) => flatten(Stack.of(role).resolve(arn)))
      .filter((arn) => arn.includes('*'))
      .map((arn) => `Resource::${arn}`),
  ];
  if (wide.length > 0 && !because)
    throw new Error(`${role.node.path}: the grant ${name} is wide, and does not say why`);
  acknowledge(role, Object.fromEntries(wide.map((finding) => [`AwsSolutions-IAM5[${finding}]`, because ?? ''])));
}

/** A value of a template as cdk-nag writes it: `arn:<AWS::Partition>:s3:::<Bucket.Arn>`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as Record<string, unknown>) as [[string, never]];
  if (name === 'Fn::Join') return (argument[1] as unknown[]).map(flatten).join(argument[0]);
  return `<${name === 'Fn::GetAtt' ? (argument as string[]).join('.') : argument}>`;
}

function policy(statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}
