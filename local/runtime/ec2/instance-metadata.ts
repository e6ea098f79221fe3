import { AwsError } from '../../kernel/failure';
import type { MetadataSource, RoleCredentials } from '../../kernel/machines';
import type { Credentials } from '../../kernel/principal';
import type { Ec2Options } from './options';
import type { InstanceRecord, LaunchTemplateData } from './records';

/** Credentials are renewed before they expire, as by EC2. */
const RENEWED_BEFORE_MS = 5 * 60_000;

/** Metadata of instances, and the credentials of their roles. */
export class InstanceMetadata {
  private readonly given = new Map<string, Credentials>();

  constructor(
    private readonly options: Ec2Options,
    private readonly instance: (id: string) => InstanceRecord,
  ) {}

  of(instance: InstanceRecord): MetadataSource {
    const { scope } = this.options;
    const { id, data } = instance;
    return {
      instanceId: id,
      imageId: instance.imageId,
      region: scope.region,
      accountId: scope.account,
      availabilityZone: instance.availabilityZone,
      instanceType: instance.instanceType,
      architecture: instance.architecture,
      privateIp: instance.privateIp,
      launchTime: new Date(Date.parse(instance.launchedAt)),
      userData: data.UserData === undefined ? undefined : Buffer.from(data.UserData, 'base64').toString('utf8'),
      tokenRequired: data.MetadataOptions?.HttpTokens === 'required',
      credentials: () => this.roleCredentials(this.instance(id)),
      identityCredentials: () => this.options.identity?.(id),
      // Read anew, since tags may change while it runs.
      tags: () => (data.MetadataOptions?.InstanceMetadataTags === 'enabled' ? this.instance(id).tags : undefined),
    };
  }

  /** Returns the instance profile in launch data. Throws if it does not exist. */
  profileOf({ IamInstanceProfile: named }: LaunchTemplateData): InstanceRecord['profile'] {
    const name = named?.Arn ?? named?.Name;
    if (name === undefined) return undefined;
    const profile = this.options.profiles.find(name);
    if (profile) return { name: profile.name, arn: profile.arn, id: profile.id };
    const kind = named?.Arn ? ['arn', 'ARN'] : ['name', 'name'];
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${name}) for parameter iamInstanceProfile.${kind[0]} is invalid. Invalid IAM Instance Profile ${kind[1]}`,
    );
  }

  forget(instanceId: string): void {
    this.given.delete(instanceId);
  }

  private roleCredentials({ id, profile }: InstanceRecord): RoleCredentials | undefined {
    const roleArn = profile && this.options.roles.roleOfInstanceProfile(profile.arn);
    if (!profile || !roleArn) return undefined;
    let credentials = this.given.get(id);
    const ends = credentials?.expiration?.getTime() ?? 0;
    if (!credentials || ends - this.options.clock.now().getTime() < RENEWED_BEFORE_MS) {
      credentials = this.options.roles.assume(roleArn, id, 'ec2.amazonaws.com');
      this.given.set(id, credentials);
    }
    return {
      roleName: roleArn.split('/').pop() as string,
      instanceProfileArn: profile.arn,
      instanceProfileId: profile.id,
      credentials,
    };
  }
}
