import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/failure';
import type { BucketRecord } from '../../runtime/s3/bucket';
import type { S3 } from '../../runtime/s3/s3';
import type { Handlers } from '../handlers';

type S3Handlers = Handlers<typeof sdk>;

/** Buckets and their settings. */
export function bucketOperations(s3: S3): S3Handlers {
  return { ...lifecycle(s3), ...versioning(s3), ...policy(s3), ...tagging(s3), ...records(s3) };
}

/** The region that S3 itself leaves unnamed. */
const UNNAMED_REGION = 'us-east-1';

function lifecycle(s3: S3): S3Handlers {
  return {
    ListBuckets: ({ Prefix = '' }) => ({
      Buckets: s3.buckets
        .list()
        .filter(({ name }) => name.startsWith(Prefix))
        .map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt) })),
      Owner: { ID: OWNER, DisplayName: 'local' },
    }),
    CreateBucket({ Bucket = '', CreateBucketConfiguration }, { scope }) {
      const wanted = CreateBucketConfiguration?.LocationConstraint;
      if (wanted && wanted !== scope.region) {
        throw new AwsError(
          'IllegalLocationConstraintException',
          `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
        );
      }
      s3.buckets.create(Bucket);
      return { Location: `/${Bucket}` };
    },
    HeadBucket({ Bucket = '' }) {
      return { BucketRegion: s3.buckets.get(Bucket).region };
    },
    DeleteBucket({ Bucket = '' }) {
      s3.deleteBucket(Bucket);
      return {};
    },
    GetBucketLocation({ Bucket = '' }) {
      const { region } = s3.buckets.get(Bucket);
      const location = region === UNNAMED_REGION ? '' : region;
      return { LocationConstraint: location as sdk.BucketLocationConstraint };
    },
  };
}

/** The canonical user id that owns every bucket here. */
export const OWNER = '0'.repeat(64);

function versioning(s3: S3): S3Handlers {
  return {
    GetBucketVersioning: ({ Bucket = '' }) => ({ Status: s3.buckets.get(Bucket).versioning }),
    PutBucketVersioning({ Bucket = '', VersioningConfiguration }) {
      s3.buckets.configure(Bucket, { versioning: VersioningConfiguration?.Status });
      return {};
    },
  };
}

function policy(s3: S3): S3Handlers {
  return {
    GetBucketPolicy: ({ Bucket = '' }) => ({
      Policy: set(s3.buckets.get(Bucket).policy, ['NoSuchBucketPolicy', 'The bucket policy does not exist']),
    }),
    PutBucketPolicy({ Bucket = '', Policy }) {
      s3.buckets.configure(Bucket, { policy: Policy });
      return {};
    },
    DeleteBucketPolicy({ Bucket = '' }) {
      s3.buckets.configure(Bucket, { policy: undefined });
      return {};
    },
  };
}

function tagging(s3: S3): S3Handlers {
  return {
    GetBucketTagging({ Bucket = '' }) {
      const tags = Object.entries(s3.buckets.get(Bucket).tags);
      const some = set(tags.length ? tags : undefined, ['NoSuchTagSet', 'The TagSet does not exist']);
      return { TagSet: some.map(([Key, Value]) => ({ Key, Value })) };
    },
    PutBucketTagging({ Bucket = '', Tagging }) {
      const tags = (Tagging?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
      s3.buckets.configure(Bucket, { tags: Object.fromEntries(tags) });
      return {};
    },
    DeleteBucketTagging({ Bucket = '' }) {
      s3.buckets.configure(Bucket, { tags: {} });
      return {};
    },
  };
}

/** Settings that are kept and shown, and have no effect here. */
function records(s3: S3): S3Handlers {
  const setting = <T extends object>(bucket: string, name: keyof BucketRecord, missing: [string, string]): T =>
    set(s3.buckets.get(bucket)[name], missing) as T;
  return {
    GetBucketEncryption: ({ Bucket = '' }) => ({
      ServerSideEncryptionConfiguration: (s3.buckets.get(Bucket).encryption ?? {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
      }) as sdk.ServerSideEncryptionConfiguration,
    }),
    PutBucketEncryption({ Bucket = '', ServerSideEncryptionConfiguration }) {
      s3.buckets.configure(Bucket, { encryption: ServerSideEncryptionConfiguration });
      return {};
    },
    GetPublicAccessBlock: ({ Bucket = '' }) => ({
      PublicAccessBlockConfiguration: setting<sdk.PublicAccessBlockConfiguration>(Bucket, 'publicAccessBlock', [
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
      ]),
    }),
    PutPublicAccessBlock({ Bucket = '', PublicAccessBlockConfiguration }) {
      s3.buckets.configure(Bucket, { publicAccessBlock: PublicAccessBlockConfiguration });
      return {};
    },
    GetBucketLifecycleConfiguration: ({ Bucket = '' }) =>
      setting<sdk.GetBucketLifecycleConfigurationCommandOutput>(Bucket, 'lifecycle', [
        'NoSuchLifecycleConfiguration',
        'The lifecycle configuration does not exist',
      ]),
    GetBucketOwnershipControls: ({ Bucket = '' }) => ({
      OwnershipControls: setting<sdk.OwnershipControls>(Bucket, 'ownership', [
        'OwnershipControlsNotFoundError',
        'The bucket ownership controls were not found',
      ]),
    }),
  };
}

function set<T>(value: T | undefined, [code, message]: [string, string]): T {
  if (value === undefined) throw new AwsError(code, message, 404);
  return value;
}
