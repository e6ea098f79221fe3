import type * as sdk from '@aws-sdk/client-iam';
import type { Scope } from '../../kernel/arn';
import { iamArn } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Iam } from '../../runtime/iam/iam';
import { ADMINISTRATOR, type Identity } from '../../runtime/iam/identity';
import type { InstanceProfileRecord } from '../../runtime/iam/instance-profiles';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { managedPolicyOperations } from './iam-managed-policies';
import { iamTagMap, iamTags, roleOf, roleOperations } from './iam-roles';

type IamHandlers = Handlers<typeof sdk>;

/** IAM: roles, policies, instance profiles, and the only user. */
export function iamOperations(iam: Iam, identity: Identity): IamHandlers {
  return {
    ...roleOperations(iam),
    ...managedPolicyOperations(iam),
    ...instanceProfileOperations(iam),
    ...userOperations(identity),
  };
}

function instanceProfileOperations(iam: Iam): IamHandlers {
  const { instanceProfiles } = iam;
  const shown = (profile: InstanceProfileRecord): sdk.InstanceProfile => profileOf(iam, profile);
  const listed = (profiles: InstanceProfileRecord[], page: { Marker?: string; MaxItems?: number }) => {
    const { items, next } = pageOf(profiles, { token: page.Marker, size: page.MaxItems });
    return { InstanceProfiles: items.map(shown), IsTruncated: next !== undefined, Marker: next };
  };
  return {
    CreateInstanceProfile: ({ InstanceProfileName = '', Path, Tags }) => ({
      InstanceProfile: shown(
        instanceProfiles.create({ name: InstanceProfileName, path: Path, tags: Tags && iamTagMap(Tags) }),
      ),
    }),
    GetInstanceProfile: ({ InstanceProfileName = '' }) => ({
      InstanceProfile: shown(instanceProfiles.get(InstanceProfileName)),
    }),
    ListInstanceProfiles: ({ PathPrefix = '/', ...page }) =>
      listed(
        instanceProfiles.list().filter(({ path }) => path.startsWith(PathPrefix)),
        page,
      ),
    ListInstanceProfilesForRole({ RoleName = '', ...page }) {
      const { name } = iam.roles.get(RoleName);
      return listed(
        instanceProfiles.list().filter(({ roles }) => roles.includes(name)),
        page,
      );
    },
    AddRoleToInstanceProfile({ InstanceProfileName = '', RoleName = '' }) {
      instanceProfiles.addRole(InstanceProfileName, RoleName);
      return {};
    },
    RemoveRoleFromInstanceProfile({ InstanceProfileName = '', RoleName = '' }) {
      instanceProfiles.removeRole(InstanceProfileName, RoleName);
      return {};
    },
    DeleteInstanceProfile({ InstanceProfileName = '' }) {
      instanceProfiles.delete(InstanceProfileName);
      return {};
    },
  };
}

function userOperations(identity: Identity): IamHandlers {
  const administrator = (scope: Scope): sdk.User => ({
    Path: '/',
    UserName: ADMINISTRATOR,
    UserId: identity.userId({ kind: 'user', account: scope.account, arn: '', ...identity.administrator() }),
    Arn: iamArn(scope, `user/${ADMINISTRATOR}`),
    CreateDate: new Date('2026-01-01T00:00:00Z'),
  });
  return {
    GetUser({ UserName = ADMINISTRATOR }, { scope }) {
      if (UserName === ADMINISTRATOR) return { User: administrator(scope) };
      throw new AwsError('NoSuchEntity', `The user with name ${UserName} cannot be found.`, 404);
    },
    ListUsers: (_, { scope }) => ({ Users: [administrator(scope)], IsTruncated: false }),
  };
}

function profileOf(iam: Iam, profile: InstanceProfileRecord): sdk.InstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: profile.roles.map((name) => roleOf(iam.roles.get(name))),
    Tags: iamTags(profile.tags),
  };
}
