import type { Provider } from '../engine/provider';
import { AwsError } from '../kernel/failure';
import type { Iam } from '../runtime/iam/iam';
import { policyText } from './policy-text';

interface Properties {
  PolicyName: string;
  PolicyDocument: object | string;
  Roles?: string[];
}

/** An inline policy on one or more roles. */
export function iamPolicy(iam: Iam): Provider<Properties> {
  const put = ({ PolicyName, PolicyDocument, Roles = [] }: Properties) => {
    if (Roles.length === 0)
      throw new AwsError('InvalidInput', 'At least one of [Groups,Roles,Users] must be non-empty.');
    for (const role of Roles) iam.roles.putPolicy(role, PolicyName, policyText(PolicyDocument));
  };
  const remove = ({ PolicyName, Roles = [] }: Properties) => {
    for (const role of Roles) {
      if (PolicyName in (iam.roles.find(role)?.policies ?? {})) iam.roles.deletePolicy(role, PolicyName);
    }
  };
  return {
    type: 'AWS::IAM::Policy',
    fidelity: 'record',
    properties: { PolicyName: 'real', PolicyDocument: 'record', Roles: 'real' },
    required: ['PolicyDocument', 'PolicyName'],
    createOnly: [],
    attributes: ['Id'],
    note: 'Stored in its roles and shown by IAM; requests are not evaluated against it yet. Users and groups have none here.',
    async create(ctx, properties) {
      const id = ctx.physicalName({ length: 128 });
      ctx.created(id);
      put(properties);
      return { physicalId: id, attributes: { Id: id } };
    },
    async update(_ctx, { physicalId: id, properties: previous }, next) {
      remove(previous);
      put(next);
      return { physicalId: id, attributes: { Id: id } };
    },
    async delete(_ctx, { properties }) {
      remove(properties);
    },
  };
}
