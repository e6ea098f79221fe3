import type * as sdk from '@aws-sdk/client-iam';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Iam } from '../../runtime/iam/iam';
import type { ManagedPolicyRecord } from '../../runtime/iam/managed-policies';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { iamTagMap, iamTags } from './iam-roles';

/** Managed policies of the account's own. */
export function managedPolicyOperations({ managedPolicies }: Iam): Handlers<typeof sdk> {
  const shown = (policy: ManagedPolicyRecord): sdk.Policy => ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    Description: policy.description,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: managedPolicies.rolesOf(policy.arn).length,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.versions.at(-1)?.createdAt ?? policy.createdAt),
    Tags: iamTags(policy.tags),
  });
  return {
    CreatePolicy: ({ PolicyName = '', PolicyDocument = '', Path, Description, Tags }) => ({
      Policy: shown(
        managedPolicies.create({
          name: PolicyName,
          document: PolicyDocument,
          path: Path,
          description: Description,
          tags: Tags && iamTagMap(Tags),
        }),
      ),
    }),
    GetPolicy: ({ PolicyArn = '' }) => ({ Policy: shown(managedPolicies.get(PolicyArn)) }),
    GetPolicyVersion: ({ PolicyArn = '', VersionId = '' }) => ({
      PolicyVersion: versionOf(managedPolicies.get(PolicyArn), VersionId),
    }),
    ListPolicies({ Scope, PathPrefix = '/', OnlyAttached, Marker, MaxItems }) {
      if (Scope === 'AWS') throw new NotSupportedLocally('The catalogue of AWS managed policies');
      const policies = managedPolicies
        .list()
        .filter(
          ({ path, arn }) => path.startsWith(PathPrefix) && (!OnlyAttached || managedPolicies.rolesOf(arn).length),
        );
      const { items, next } = pageOf(policies, { token: Marker, size: MaxItems });
      return { Policies: items.map(shown), IsTruncated: next !== undefined, Marker: next };
    },
    DeletePolicy({ PolicyArn = '' }) {
      managedPolicies.delete(PolicyArn);
      return {};
    },
  };
}

function versionOf(policy: ManagedPolicyRecord, versionId: string): sdk.PolicyVersion {
  const version = policy.versions.find(({ id }) => id === versionId);
  if (!version) {
    throw new AwsError(
      'NoSuchEntity',
      `Policy ${policy.arn} version ${versionId} does not exist or is not attachable.`,
      404,
    );
  }
  return {
    VersionId: version.id,
    Document: encodeURIComponent(version.document),
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: new Date(version.createdAt),
  };
}
