import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Place } from '../settings/places';
import { acknowledge } from './acknowledge';
import { accountArn, roleIn } from './arn';

/** What a role may do: actions on resources, perhaps under a condition. */
export interface Grant {
  readonly actions: readonly string[];
  /** ARNs. Without: `*`, for actions that know no resources. */
  readonly on?: readonly string[];
  /** Operator, key, value: `{ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }`. */
  readonly when?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Takes away what a policy of AWS would allow. */
  readonly denies?: true;
  /** Why it is wider than the resources that exist now: needed wherever there is a `*`. */
  readonly because?: string;
}

export interface RoleProps {
  /** Who takes the role: one service (`lambda.amazonaws.com`), one role, by its ARN, or roles of another place. */
  readonly trusts: { readonly service: string } | { readonly roleArn: string } | RolesElsewhere;
  readonly description: string;
  /** Without: CloudFormation makes one up. */
  readonly roleName?: string | undefined;
  /** By name. The names are for whoever reads the role. */
  readonly grants: Readonly<Record<string, Grant>>;
  /** Policies of AWS, by name. */
  readonly managedPolicies?: readonly string[];
}

/** Roles of one account, by their names. */
export interface RolesElsewhere {
  readonly place: Place;
  readonly roleNames: readonly string[];
}

/**
 * Roles of another stack, as the principal of a policy. They are named in a condition: as principals they would have to
 * exist already, and a role that is deleted and made again would be another one, because IAM keeps such a principal by
 * its id, and the ARN in a condition as it is. So the two stacks need not wait for each other (IAM guide, "AWS JSON policy
 * elements: Principal", "IAM role principals").
 */
export function rolesElsewhere({ place, roleNames }: RolesElsewhere): { Principal: object; Condition: object } {
  return {
    Principal: { AWS: accountArn(place) },
    Condition: { ArnEquals: { 'aws:PrincipalArn': roleNames.map((name) => roleIn(place, name)) } },
  };
}

/** A role with exactly these grants. */
export function grantedRole(scope: Construct, id: string, props: RoleProps): CfnRole {
  const { managedPolicies } = props;
  const role = new CfnRole(scope, id, {
    roleName: props.roleName,
    description: props.description,
    assumeRolePolicyDocument: policy([{ Effect: 'Allow', ...trusted(props.trusts), Action: 'sts:AssumeRole' }]),
    policies: [{ policyName: 'Grants', policyDocument: policyDocument(props.grants) }],
    managedPolicyArns: managedPolicies?.map((name) => `arn:${Aws.PARTITION}:iam::aws:policy/${name}`),
  });
  for (const [name, grant] of Object.entries(props.grants)) explainWidth(role, name, grant);
  return role;
}

function trusted(trusts: RoleProps['trusts']): { Principal: object; Condition?: object } {
  if ('service' in trusts) return { Principal: { Service: trusts.service } };
  return 'roleArn' in trusts ? { Principal: { AWS: trusts.roleArn } } : rolesElsewhere(trusts);
}

/** The grants as a policy, each with its name as the statement's id. */
export function policyDocument(grants: Readonly<Record<string, Grant>>): object {
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
