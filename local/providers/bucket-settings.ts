/** A bucket's encryption as CloudFormation has it. */
export interface Encryption {
  readonly ServerSideEncryptionConfiguration?: readonly {
    readonly ServerSideEncryptionByDefault?: object;
    readonly BucketKeyEnabled?: boolean;
  }[];
}

/** Converts it to the form of S3's API. */
export function encryptionOf({ ServerSideEncryptionConfiguration = [] }: Encryption): object {
  return {
    Rules: ServerSideEncryptionConfiguration.map(({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
      ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
      BucketKeyEnabled,
    })),
  };
}

/** A bucket's lifecycle as CloudFormation has it. */
export interface Lifecycle {
  readonly Rules?: readonly LifecycleRule[];
}

interface LifecycleRule {
  readonly Id?: string;
  readonly Status?: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number | string;
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: number | string };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number | string };
}

/** Converts it to the form of S3's API. Storage classes of rules are left out: there is only one here. */
export function lifecycleOf({ Rules = [] }: Lifecycle): object {
  const days = (value: number | string | undefined) => (value === undefined ? undefined : Number(value));
  return {
    Rules: Rules.map((rule) => ({
      ID: rule.Id,
      Status: rule.Status,
      Filter: { Prefix: rule.Prefix ?? '' },
      Expiration: {
        Days: days(rule.ExpirationInDays),
        ExpiredObjectDeleteMarker: rule.ExpiredObjectDeleteMarker,
      },
      NoncurrentVersionExpiration: { NoncurrentDays: days(rule.NoncurrentVersionExpiration?.NoncurrentDays) },
      AbortIncompleteMultipartUpload: {
        DaysAfterInitiation: days(rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation),
      },
    })),
  };
}
