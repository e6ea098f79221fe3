import type { Clock } from '../../kernel/clock';
import type { RoleCredentials } from '../../kernel/machines';
import type { Roles } from '../../kernel/ports';
import type { InstanceProfiles } from './ports';

/** Credentials are renewed when less than this is left. */
const RENEWED_BEFORE_MS = 5 * 60_000;

/** Credentials of the instance profile's role, for a machine's metadata service; EC2 assumes the role. */
export class InstanceCredentials {
  private current: RoleCredentials | undefined;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly roles: Roles;
      readonly profiles: InstanceProfiles;
      readonly profileName: string;
      /** The instance's id is the session's name, as on EC2. */
      readonly instanceId: string;
    },
  ) {}

  /** Undefined if the profile has no role. Throws if the role does not trust EC2. */
  get(): RoleCredentials | undefined {
    const { clock, roles, profiles, profileName, instanceId } = this.options;
    const left = (this.current?.credentials.expiration?.getTime() ?? 0) - clock.now().getTime();
    if (this.current && left > RENEWED_BEFORE_MS) return this.current;
    const profile = profiles.find(profileName);
    const roleArn = roles.roleOfInstanceProfile(profileName);
    if (!profile || !roleArn) return undefined;
    this.current = {
      roleName: roleArn.split('/').at(-1) ?? '',
      instanceProfileArn: profile.arn,
      instanceProfileId: profile.id,
      credentials: roles.assume(roleArn, instanceId, 'ec2.amazonaws.com'),
    };
    return this.current;
  }
}
