import { Aws, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Place } from '../../settings/places';
import { acknowledge } from './acknowledge';
import { accountArn, roleIn } from './arn';
import { type Grant, type Grants, policy, policyDocument } from './grant';
import { fittingGrants } from './policy-size';

export interface RoleProps {
  /**
   * Principals that may assume the role: one service (`lambda.amazonaws.com`), one role by its ARN, or roles of another
   * place.
   */
  readonly trusts: { readonly service: string } | { readonly roleArn: string } | RolesElsewhere;
  readonly description: string;
  /** Default: CloudFormation generates the name. */
  readonly roleName?: string | undefined;
  readonly grants: Grants;
  /** Policies of AWS, by name. */
  readonly managedPolicies?: readonly string[];
}

/** Roles of one account, by their names. */
export interface RolesElsewhere {
  readonly place: Place;
  readonly roleNames: readonly string[];
}

/**
 * Roles of other stacks, as the principal of a policy. They are named in a condition. As principals they would have to
 * exist already, and a role that is deleted and created again would be another one, because IAM stores a principal by
 * its id but the ARN in a condition as text. So the two stacks need not wait for each other (IAM guide, "AWS JSON
 * policy elements: Principal", "IAM role principals").
 */
export function rolesElsewhere(all: readonly RolesElsewhere[]): { Principal: object; Condition: object } {
  const arns = all.flatMap(({ place, roleNames }) => roleNames.map((name) => roleIn(place, name)));
  return {
    Principal: { AWS: all.map(({ place }) => accountArn(place)) },
    Condition: { ArnEquals: { 'aws:PrincipalArn': arns } },
  };
}

/** A role with exactly these grants. */
export function grantedRole(scope: Construct, id: string, props: RoleProps): CfnRole {
  const { inline, managed } = fittingGrants(scope, props.grants);
  const role = new CfnRole(scope, id, {
    roleName: props.roleName,
    description: props.description,
    assumeRolePolicyDocument: policy([{ Effect: 'Allow', ...trusted(props.trusts), Action: 'sts:AssumeRole' }]),
    policies: [{ policyName: 'Grants', policyDocument: policyDocument(inline) }],
  });
  const further = managed.map((grants, index) => {
    const description = `${props.description}: continued`;
    return furtherPolicy(role, `Further${index + 1}`, { description, grants });
  });
  const ofAws = (props.managedPolicies ?? []).map((name) => `arn:${Aws.PARTITION}:iam::aws:policy/${name}`);
  if (ofAws.length + further.length > 0) role.managedPolicyArns = [...ofAws, ...further.map(({ ref }) => ref)];
  for (const [name, grant] of Object.entries(inline)) explainWidth(role, name, grant);
  return role;
}

function furtherPolicy(
  role: CfnRole,
  id: string,
  { description, grants }: { description: string; grants: Grants },
): CfnManagedPolicy {
  const further = new CfnManagedPolicy(role, id, { description, policyDocument: policyDocument(grants) });
  for (const [name, grant] of Object.entries(grants)) explainWidth(further, name, grant);
  return further;
}

/**
 * Services that state for which account they assume a role, by their guides ("Cross-service confused deputy
 * prevention"). CloudFormation, EC2 and Lambda document no such key for the roles of stacks, servers and functions.
 */
const SAYS_FOR_WHOM = new Set(['codebuild.amazonaws.com', 'codepipeline.amazonaws.com', 'events.amazonaws.com']);

function trusted(trusts: RoleProps['trusts']): { Principal: object; Condition?: object } {
  if ('service' in trusts) {
    const own = { Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } };
    return { Principal: { Service: trusts.service }, ...(SAYS_FOR_WHOM.has(trusts.service) && own) };
  }
  return 'roleArn' in trusts ? { Principal: { AWS: trusts.roleArn } } : rolesElsewhere([trusts]);
}

/** Gives cdk-nag the reason of each wide grant, finding by finding. Throws if a wide grant has no reason. */
function explainWidth(role: CfnRole | CfnManagedPolicy, name: string, { actions, on = ['*'], because }: Grant): void {
  const wide = [
    ...actions.filter((action) => action.includes('*')).map((action) => `Action::${action}`),
    ...on
      .map((arn) => flatten(Stack.of(role).resolve(arn)))
      .filter((arn) => arn.includes('*'))
      .map((arn) => `Resource::${arn}`),
  ];
  if (wide.length > 0 && !because) throw new Error(`${role.node.path}: the grant ${name} is wide, and gives no reason`);
  acknowledge(role, Object.fromEntries(wide.map((finding) => [`AwsSolutions-IAM5[${finding}]`, because ?? ''])));
}

/** A value of a template as cdk-nag writes it: `arn:<AWS::Partition>:s3:::<Bucket.Arn>`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as Record<string, unknown>) as [[string, never]];
  if (name === 'Fn::Join') return (argument[1] as unknown[]).map(flatten).join(argument[0]);
  return `<${name === 'Fn::GetAtt' ? (argument as string[]).join('.') : argument}>`;
}
