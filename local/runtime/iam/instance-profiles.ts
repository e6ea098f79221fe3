import { iamArn } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import type { IamOptions } from './iam-options';
import { checkEntityName, type IamRoles } from './roles';

export interface InstanceProfileRecord {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  /** Names; at most one. */
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** Instance profiles, which give instances their role. */
export class InstanceProfiles {
  private readonly profiles: Collection<InstanceProfileRecord>;

  constructor(
    private readonly options: IamOptions,
    private readonly roles: IamRoles,
  ) {
    this.profiles = options.store.collection('iam.instance-profiles');
  }

  /** Throws `EntityAlreadyExists`. */
  create(request: { name: string; path?: string; tags?: Readonly<Record<string, string>> }): InstanceProfileRecord {
    const { name, path = '/', tags = {} } = request;
    checkEntityName(name, 'instanceProfileName');
    if (this.profiles.get(name)) {
      throw new AwsError('EntityAlreadyExists', `Instance Profile ${name} already exists.`, 409);
    }
    const profile: InstanceProfileRecord = {
      name,
      path,
      id: `AIPA${this.options.ids.letters(17)}`,
      arn: iamArn(this.options.scope, `instance-profile${path}${name}`),
      roles: [],
      tags,
      createdAt: this.options.clock.now().toISOString(),
    };
    this.profiles.put(name, profile);
    return profile;
  }

  /** Throws `NoSuchEntity`. */
  get(name: string): InstanceProfileRecord {
    const profile = this.profiles.get(name);
    if (!profile) throw new AwsError('NoSuchEntity', `Instance Profile ${name} cannot be found.`, 404);
    return profile;
  }

  find(nameOrArn: string): InstanceProfileRecord | undefined {
    const profile = this.profiles.get(nameOrArn.split('/').pop() ?? '');
    return profile && (nameOrArn === profile.name || nameOrArn === profile.arn) ? profile : undefined;
  }

  list(): InstanceProfileRecord[] {
    return this.profiles.values();
  }

  /** Throws `LimitExceeded` if it has a role already. */
  addRole(name: string, roleName: string): void {
    const profile = this.get(name);
    const role = this.roles.get(roleName);
    if (profile.roles.length) {
      throw new AwsError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
    }
    this.profiles.put(name, { ...profile, roles: [role.name] });
  }

  /** Throws `NoSuchEntity` if it does not have the role. */
  removeRole(name: string, roleName: string): void {
    const profile = this.get(name);
    if (!profile.roles.includes(roleName)) {
      throw new AwsError('NoSuchEntity', `The role with name ${roleName} cannot be found.`, 404);
    }
    this.profiles.put(name, { ...profile, roles: profile.roles.filter((other) => other !== roleName) });
  }

  /** Throws `DeleteConflict` while it holds a role. */
  delete(name: string): void {
    if (this.get(name).roles.length) {
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.', 409);
    }
    this.profiles.delete(name);
  }
}
