import { AwsError } from '../../kernel/failure';
import type { IamOptions } from './iam-options';
import { InstanceProfiles } from './instance-profiles';
import { ManagedPolicies } from './managed-policies';
import { IamRoles } from './roles';

/**
 * IAM's roles, profiles and policies: roles with their policies, managed policies, instance profiles. Policies are
 * kept, not yet decided on.
 */
export class Iam {
  readonly roles: IamRoles;
  readonly managedPolicies: ManagedPolicies;
  readonly instanceProfiles: InstanceProfiles;

  constructor(options: IamOptions) {
    this.roles = new IamRoles(options);
    this.managedPolicies = new ManagedPolicies(options, this.roles);
    this.instanceProfiles = new InstanceProfiles(options, this.roles);
  }

  /** Throws `DeleteConflict` while the role has policies or is in an instance profile. */
  deleteRole(name: string): void {
    const role = this.roles.get(name);
    if (this.instanceProfiles.list().some((profile) => profile.roles.includes(role.name))) {
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.', 409);
    }
    this.roles.delete(name);
  }
}
