import type * as sdk from '@aws-sdk/client-s3';
import { isDeleteMarker } from '../../runtime/s3/bucket';
import { listObjects, listVersions } from '../../runtime/s3/listing';
import type { S3 } from '../../runtime/s3/s3';
import type { Handlers } from '../handlers';
import { OWNER } from './s3-buckets';

/** Lists the objects of a bucket, page by page. */
export function listingOperations(s3: S3): Handlers<typeof sdk> {
  return {
    ListObjectsV2: (input) => listV2(s3, input),
    ListObjects: (input) => listV1(s3, input),
    ListObjectVersions: (input) => listAll(s3, input),
  };
}

function listV2(s3: S3, input: sdk.ListObjectsV2CommandInput): Omit<sdk.ListObjectsV2CommandOutput, '$metadata'> {
  const { Bucket = '', Prefix, Delimiter, MaxKeys, StartAfter, ContinuationToken, EncodingType } = input;
  const shown = encoder(EncodingType);
  const after = ContinuationToken ? Buffer.from(ContinuationToken, 'base64url').toString('utf8') : StartAfter;
  const page = listObjects(s3.records(Bucket, Prefix), { prefix: Prefix, delimiter: Delimiter, after, most: MaxKeys });
  return {
    Name: Bucket,
    Prefix: shown(Prefix ?? ''),
    Delimiter: Delimiter && shown(Delimiter),
    StartAfter: StartAfter && shown(StartAfter),
    EncodingType,
    ContinuationToken,
    MaxKeys: MaxKeys ?? 1000,
    KeyCount: page.items.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next && Buffer.from(page.next).toString('base64url'),
    Contents: page.items.map((item) => contentOf(item, shown)),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: shown(prefix) })),
  };
}

function listV1(s3: S3, input: sdk.ListObjectsCommandInput): Omit<sdk.ListObjectsCommandOutput, '$metadata'> {
  const { Bucket = '', Prefix, Delimiter, MaxKeys, Marker, EncodingType } = input;
  const shown = encoder(EncodingType);
  const request = { prefix: Prefix, delimiter: Delimiter, after: Marker, most: MaxKeys };
  const page = listObjects(s3.records(Bucket, Prefix), request);
  return {
    Name: Bucket,
    Prefix: shown(Prefix ?? ''),
    Delimiter: Delimiter && shown(Delimiter),
    Marker: shown(Marker ?? ''),
    EncodingType,
    MaxKeys: MaxKeys ?? 1000,
    IsTruncated: page.next !== undefined,
    NextMarker: page.next && shown(page.next),
    Contents: page.items.map((item) => ({ ...contentOf(item, shown), Owner: { ID: OWNER } })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: shown(prefix) })),
  };
}

function listAll(
  s3: S3,
  input: sdk.ListObjectVersionsCommandInput,
): Omit<sdk.ListObjectVersionsCommandOutput, '$metadata'> {
  const { Bucket = '', Prefix, Delimiter, MaxKeys, KeyMarker, EncodingType } = input;
  const shown = encoder(EncodingType);
  const request = { prefix: Prefix, delimiter: Delimiter, after: KeyMarker, most: MaxKeys };
  const page = listVersions(s3.records(Bucket, Prefix), request);
  const markers = page.items.filter(({ version }) => isDeleteMarker(version));
  const versions = page.items.filter(({ version }) => !isDeleteMarker(version));
  const entryOf = ({ key, version, latest }: (typeof page.items)[number]) => ({
    Key: shown(key),
    VersionId: version.versionId,
    IsLatest: latest,
    LastModified: new Date(version.modifiedAt),
    Owner: { ID: OWNER },
  });
  return {
    Name: Bucket,
    Prefix: shown(Prefix ?? ''),
    Delimiter: Delimiter && shown(Delimiter),
    KeyMarker: shown(KeyMarker ?? ''),
    EncodingType,
    MaxKeys: MaxKeys ?? 1000,
    IsTruncated: page.next !== undefined,
    NextKeyMarker: page.next && shown(page.next),
    Versions: versions.map((item) => ({
      ...entryOf(item),
      ETag: item.version.eTag,
      Size: item.version.size,
      StorageClass: 'STANDARD',
    })),
    DeleteMarkers: markers.map(entryOf),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: shown(prefix) })),
  };
}

type Listed = ReturnType<typeof listObjects>['items'][number];

function contentOf({ key, version }: Listed, shown: (text: string) => string): sdk._Object {
  return {
    Key: shown(key),
    LastModified: new Date(version.modifiedAt),
    ETag: version.eTag,
    Size: version.size,
    StorageClass: 'STANDARD',
  };
}

/** Keys may contain characters that XML cannot; botocore always requests them percent-encoded. */
const encoder = (type: string | undefined) =>
  type === 'url' ? (text: string) => encodeURIComponent(text).replaceAll('%2F', '/') : (text: string) => text;
