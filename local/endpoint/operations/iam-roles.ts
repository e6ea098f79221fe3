import type * as sdk from '@aws-sdk/client-iam';
import type { Iam } from '../../runtime/iam/iam';
import type { RoleRecord } from '../../runtime/iam/roles';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';

type IamHandlers = Handlers<typeof sdk>;

/** Roles with their trust, inline and attached policies. */
export function roleOperations(iam: Iam): IamHandlers {
  return { ...lifecycle(iam), ...inlinePolicies(iam), ...attachments(iam), ...tagging(iam) };
}

function lifecycle(iam: Iam): IamHandlers {
  return {
    CreateRole: (input) => ({
      Role: roleOf(
        iam.roles.create({
          name: input.RoleName ?? '',
          trust: input.AssumeRolePolicyDocument ?? '',
          path: input.Path,
          description: input.Description,
          maxSessionSeconds: input.MaxSessionDuration,
          permissionsBoundary: input.PermissionsBoundary,
          tags: input.Tags && iamTagMap(input.Tags),
        }),
      ),
    }),
    GetRole: ({ RoleName = '' }) => ({ Role: roleOf(iam.roles.get(RoleName)) }),
    ListRoles({ PathPrefix = '/', Marker, MaxItems }) {
      const roles = iam.roles.list().filter(({ path }) => path.startsWith(PathPrefix));
      const { items, next } = pageOf(roles, { token: Marker, size: MaxItems });
      return { Roles: items.map(roleOf), IsTruncated: next !== undefined, Marker: next };
    },
    UpdateRole({ RoleName = '', Description, MaxSessionDuration }) {
      const role = iam.roles.get(RoleName);
      iam.roles.update(RoleName, {
        description: Description ?? role.description,
        maxSessionSeconds: MaxSessionDuration ?? role.maxSessionSeconds,
      });
      return {};
    },
    UpdateAssumeRolePolicy({ RoleName = '', PolicyDocument = '' }) {
      iam.roles.update(RoleName, { trust: PolicyDocument });
      return {};
    },
    DeleteRole({ RoleName = '' }) {
      iam.deleteRole(RoleName);
      return {};
    },
  };
}

function inlinePolicies({ roles }: Iam): IamHandlers {
  return {
    PutRolePolicy({ RoleName = '', PolicyName = '', PolicyDocument = '' }) {
      roles.putPolicy(RoleName, PolicyName, PolicyDocument);
      return {};
    },
    GetRolePolicy: ({ RoleName = '', PolicyName = '' }) => ({
      RoleName,
      PolicyName,
      PolicyDocument: encodeURIComponent(roles.policy(RoleName, PolicyName)),
    }),
    ListRolePolicies: ({ RoleName = '' }) => ({
      PolicyNames: Object.keys(roles.get(RoleName).policies),
      IsTruncated: false,
    }),
    DeleteRolePolicy({ RoleName = '', PolicyName = '' }) {
      roles.deletePolicy(RoleName, PolicyName);
      return {};
    },
  };
}

function attachments({ roles, managedPolicies }: Iam): IamHandlers {
  return {
    AttachRolePolicy({ RoleName = '', PolicyArn = '' }, { scope }) {
      // AWS's own policies have no account; the account's own must be there.
      if (PolicyArn.includes(`::${scope.account}:`)) managedPolicies.get(PolicyArn);
      roles.attach(RoleName, PolicyArn);
      return {};
    },
    DetachRolePolicy({ RoleName = '', PolicyArn = '' }) {
      roles.detach(RoleName, PolicyArn);
      return {};
    },
    ListAttachedRolePolicies: ({ RoleName = '' }) => ({
      AttachedPolicies: roles
        .get(RoleName)
        .attached.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').pop() ?? arn })),
      IsTruncated: false,
    }),
  };
}

function tagging({ roles }: Iam): IamHandlers {
  return {
    TagRole({ RoleName = '', Tags = [] }) {
      roles.update(RoleName, { tags: { ...roles.get(RoleName).tags, ...iamTagMap(Tags) } });
      return {};
    },
    UntagRole({ RoleName = '', TagKeys = [] }) {
      const kept = Object.entries(roles.get(RoleName).tags).filter(([key]) => !TagKeys.includes(key));
      roles.update(RoleName, { tags: Object.fromEntries(kept) });
      return {};
    },
    ListRoleTags: ({ RoleName = '' }) => ({ Tags: iamTags(roles.get(RoleName).tags), IsTruncated: false }),
  };
}

/** A role as IAM shows it. Documents are percent-encoded in IAM's answers. */
export function roleOf(role: RoleRecord): sdk.Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: role.permissionsBoundary
      ? {
          PermissionsBoundaryType: 'Policy' as sdk.PermissionsBoundaryAttachmentType,
          PermissionsBoundaryArn: role.permissionsBoundary,
        }
      : undefined,
    Tags: iamTags(role.tags),
  };
}

export const iamTags = (tags: Readonly<Record<string, string>>): sdk.Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const iamTagMap = (tags: readonly sdk.Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
