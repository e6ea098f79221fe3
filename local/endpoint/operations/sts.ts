import type * as sdk from '@aws-sdk/client-sts';
import type { Identity } from '../../runtime/iam/identity';
import type { Handlers } from '../handlers';

/** STS: identifies the caller, and assumes roles. */
export function stsOperations(identity: Identity): Handlers<typeof sdk> {
  return {
    GetCallerIdentity: (_, { principal }) => ({
      UserId: identity.userId(principal),
      Account: principal.account,
      Arn: principal.arn,
    }),
    AssumeRole({ RoleArn = '', RoleSessionName = '', DurationSeconds, ExternalId }, { principal }) {
      const { credentials, arn, assumedRoleId } = identity.assumeRole(
        { roleArn: RoleArn, sessionName: RoleSessionName, durationSeconds: DurationSeconds, externalId: ExternalId },
        principal,
      );
      return {
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: credentials.expiration,
        },
        AssumedRoleUser: { Arn: arn, AssumedRoleId: assumedRoleId },
        PackedPolicySize: 0,
      };
    },
  };
}
