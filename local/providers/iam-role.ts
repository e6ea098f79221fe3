import type { Provided, Provider } from '../engine/provider';
import type { Iam } from '../runtime/iam/iam';
import { policyText } from './policy-text';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  AssumeRolePolicyDocument: object | string;
  RoleName?: string;
  Path?: string;
  Description?: string;
  MaxSessionDuration?: number | string;
  PermissionsBoundary?: string;
  ManagedPolicyArns?: string[];
  Policies?: { PolicyName: string; PolicyDocument: object | string }[];
  Tags?: TagList;
}

/** Roles: their trust policy decides who may assume them; their permissions are stored, and not evaluated yet. */
export function iamRole(iam: Iam): Provider<Properties> {
  return {
    type: 'AWS::IAM::Role',
    fidelity: 'real',
    properties: {
      AssumeRolePolicyDocument: 'real',
      RoleName: 'real',
      Path: 'real',
      Description: 'record',
      MaxSessionDuration: 'real',
      PermissionsBoundary: 'record',
      ManagedPolicyArns: 'record',
      Policies: 'record',
      Tags: 'real',
    },
    required: ['AssumeRolePolicyDocument'],
    createOnly: ['RoleName', 'Path'],
    attributes: ['Arn', 'RoleId'],
    note: 'The trust policy decides who may assume the role. Permissions are stored and shown; requests are not evaluated against them yet.',
    async create(ctx, properties) {
      const name = properties.RoleName ?? ctx.physicalName({ length: 64 });
      const { AssumeRolePolicyDocument, Path } = properties;
      iam.roles.create({ name, path: Path, trust: policyText(AssumeRolePolicyDocument) });
      ctx.created(name);
      apply(iam, name, properties);
      iam.roles.update(name, { tags: resourceTags(ctx, properties.Tags) });
      return provided(iam, name);
    },
    async update(ctx, { physicalId: name, properties: previous }, next) {
      withdraw(iam, name, previous);
      apply(iam, name, next);
      iam.roles.update(name, { tags: resourceTags(ctx, next.Tags) });
      return provided(iam, name);
    },
    async delete(_ctx, { physicalId: name, properties }) {
      if (!iam.roles.find(name)) return;
      withdraw(iam, name, properties);
      iam.deleteRole(name);
    },
  };
}

function apply(iam: Iam, name: string, properties: Properties): void {
  const { AssumeRolePolicyDocument, Description, MaxSessionDuration = 3600, PermissionsBoundary } = properties;
  iam.roles.update(name, {
    trust: policyText(AssumeRolePolicyDocument),
    description: Description,
    maxSessionSeconds: Number(MaxSessionDuration),
    permissionsBoundary: PermissionsBoundary,
  });
  for (const arn of properties.ManagedPolicyArns ?? []) iam.roles.attach(name, arn);
  for (const { PolicyName, PolicyDocument } of properties.Policies ?? []) {
    iam.roles.putPolicy(name, PolicyName, policyText(PolicyDocument));
  }
}

/** Removes the policies that the template gave; policies of other resources stay. */
function withdraw(iam: Iam, name: string, { ManagedPolicyArns = [], Policies = [] }: Properties): void {
  const { attached, policies } = iam.roles.get(name);
  for (const arn of ManagedPolicyArns) if (attached.includes(arn)) iam.roles.detach(name, arn);
  for (const { PolicyName } of Policies) if (PolicyName in policies) iam.roles.deletePolicy(name, PolicyName);
}

function provided(iam: Iam, name: string): Provided {
  const { arn, id } = iam.roles.get(name);
  return { physicalId: name, attributes: { Arn: arn, RoleId: id } };
}
