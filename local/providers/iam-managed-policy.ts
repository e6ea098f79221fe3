import type { Provided, Provider } from '../engine/provider';
import { isAwsError } from '../kernel/failure';
import type { Iam } from '../runtime/iam/iam';
import { policyText } from './policy-text';

interface Properties {
  PolicyDocument: object | string;
  ManagedPolicyName?: string;
  Description?: string;
  Path?: string;
  Roles?: string[];
}

/** A managed policy, attached to the roles that the template names. */
export function iamManagedPolicy(iam: Iam): Provider<Properties> {
  return {
    type: 'AWS::IAM::ManagedPolicy',
    fidelity: 'record',
    properties: {
      PolicyDocument: 'record',
      ManagedPolicyName: 'real',
      Description: 'record',
      Path: 'real',
      Roles: 'real',
    },
    required: ['PolicyDocument'],
    createOnly: ['ManagedPolicyName', 'Description', 'Path'],
    attributes: ['PolicyArn', 'PolicyId'],
    note: 'Stored with its versions and attachments; requests are not evaluated against it yet. Users and groups have none here.',
    async create(ctx, { ManagedPolicyName, PolicyDocument, Path, Description, Roles = [] }) {
      const name = ManagedPolicyName ?? ctx.physicalName({ length: 128 });
      const document = policyText(PolicyDocument);
      const { arn } = iam.managedPolicies.create({ name, document, path: Path, description: Description });
      ctx.created(arn);
      for (const role of Roles) iam.roles.attach(role, arn);
      return provided(iam, arn);
    },
    async update(_ctx, { physicalId: arn, properties: previous }, next) {
      const document = policyText(next.PolicyDocument);
      if (document !== policyText(previous.PolicyDocument)) iam.managedPolicies.revise(arn, document);
      detach(iam, arn, previous.Roles);
      for (const role of next.Roles ?? []) iam.roles.attach(role, arn);
      return provided(iam, arn);
    },
    async delete(_ctx, { physicalId: arn, properties }) {
      detach(iam, arn, properties.Roles);
      try {
        iam.managedPolicies.delete(arn);
      } catch (error) {
        if (!isAwsError(error, 'NoSuchEntity')) throw error;
      }
    },
  };
}

function detach(iam: Iam, arn: string, roles: readonly string[] = []): void {
  for (const role of roles) if (iam.roles.find(role)?.attached.includes(arn)) iam.roles.detach(role, arn);
}

const provided = (iam: Iam, arn: string): Provided => ({
  physicalId: arn,
  attributes: { PolicyArn: arn, PolicyId: iam.managedPolicies.get(arn).id },
});
