import type { Provided, Provider } from '../engine/provider';
import type { Iam } from '../runtime/iam/iam';

interface Properties {
  Roles: string[];
  InstanceProfileName?: string;
  Path?: string;
}

/** Instance profiles: an instance gets its role's credentials from its metadata service. */
export function iamInstanceProfile(iam: Iam): Provider<Properties> {
  const { instanceProfiles } = iam;
  return {
    type: 'AWS::IAM::InstanceProfile',
    fidelity: 'real',
    properties: { Roles: 'real', InstanceProfileName: 'real', Path: 'real' },
    required: ['Roles'],
    createOnly: ['InstanceProfileName', 'Path'],
    attributes: ['Arn'],
    async create(ctx, { InstanceProfileName, Path, Roles }) {
      const name = InstanceProfileName ?? ctx.physicalName({ length: 128 });
      instanceProfiles.create({ name, path: Path });
      ctx.created(name);
      for (const role of Roles) instanceProfiles.addRole(name, role);
      return provided(iam, name);
    },
    async update(_ctx, { physicalId: name }, next) {
      empty(iam, name);
      for (const role of next.Roles) instanceProfiles.addRole(name, role);
      return provided(iam, name);
    },
    async delete(_ctx, { physicalId: name }) {
      if (!instanceProfiles.find(name)) return;
      empty(iam, name);
      instanceProfiles.delete(name);
    },
  };
}

function empty({ instanceProfiles }: Iam, name: string): void {
  for (const role of instanceProfiles.get(name).roles) instanceProfiles.removeRole(name, role);
}

const provided = ({ instanceProfiles }: Iam, name: string): Provided => ({
  physicalId: name,
  attributes: { Arn: instanceProfiles.get(name).arn },
});
