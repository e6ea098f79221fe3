import type { Readable } from 'node:stream';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, isAwsError, messageOf } from '../../kernel/failure';
import type { ObjectHeaders, ObjectVersion } from '../../runtime/s3/bucket';
import type { ObjectAddress, S3 } from '../../runtime/s3/s3';
import { decodePath } from '../decode';
import type { Handlers } from '../handlers';
import { checkReadable, checkWritable, type RangeRequest, rangeOf } from './s3-conditions';

type S3Handlers = Handlers<typeof sdk>;

/** Objects: write, read, copy, delete. */
export function objectOperations(s3: S3): S3Handlers {
  return { ...reading(s3), ...writing(s3), ...deleting(s3), ...tagging(s3) };
}

function reading(s3: S3): S3Handlers {
  return {
    GetObject(input) {
      const version = s3.find(addressOf(input));
      checkReadable(version, input);
      const range = rangeOf(input.Range, version.size);
      const body = s3.bodies.open(version.body as string, range);
      return { ...described(s3, input, { version, range }), Body: body as sdk.GetObjectCommandOutput['Body'] };
    },
    HeadObject(input) {
      const version = s3.find(addressOf(input));
      checkReadable(version, input);
      return described(s3, input, { version, range: rangeOf(input.Range, version.size) });
    },
  };
}

function writing(s3: S3): S3Handlers {
  return {
    async PutObject(input) {
      const address = { bucket: input.Bucket ?? '', key: input.Key ?? '' };
      const version = await s3.put(address, input.Body as Readable, {
        ...headersOf(input),
        check: () => checkWritable(s3.current(address.bucket, address.key), input),
      });
      return { ETag: version.eTag, VersionId: versionIdOf(s3, address.bucket, version) };
    },
    CopyObject(input) {
      const from = sourceOf(input.CopySource ?? '');
      const to = { bucket: input.Bucket ?? '', key: input.Key ?? '' };
      const replaced = input.MetadataDirective === 'REPLACE';
      if (!replaced && from.bucket === to.bucket && from.key === to.key && !from.versionId) {
        throw new AwsError(
          'InvalidRequest',
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const version = s3.copy(from, to, replaced ? headersOf(input) : undefined);
      return {
        CopyObjectResult: { ETag: version.eTag, LastModified: new Date(version.modifiedAt) },
        VersionId: versionIdOf(s3, to.bucket, version),
        CopySourceVersionId: from.versionId,
      };
    },
  };
}

function deleting(s3: S3): S3Handlers {
  return {
    DeleteObject(input) {
      const { versionId, deleteMarker } = s3.delete(addressOf(input));
      return { VersionId: versionId, DeleteMarker: deleteMarker };
    },
    DeleteObjects({ Bucket = '', Delete }) {
      s3.buckets.get(Bucket);
      const results = (Delete?.Objects ?? []).map((object) => deleteOne(s3, Bucket, object));
      return {
        Deleted: Delete?.Quiet ? undefined : results.flatMap(({ deleted }) => deleted ?? []),
        Errors: results.flatMap(({ error }) => error ?? []),
      };
    },
  };
}

function deleteOne(
  s3: S3,
  bucket: string,
  { Key = '', VersionId }: sdk.ObjectIdentifier,
): { deleted?: sdk.DeletedObject; error?: sdk._Error } {
  try {
    const { versionId, deleteMarker } = s3.delete({ bucket, key: Key, versionId: VersionId });
    const marker = deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {};
    return { deleted: { Key, VersionId, ...marker } };
  } catch (error) {
    const Code = isAwsError(error) ? error.code : 'InternalError';
    return { error: { Key, VersionId, Code, Message: messageOf(error) } };
  }
}

function tagging(s3: S3): S3Handlers {
  return {
    GetObjectTagging(input) {
      const { tags = {} } = s3.find(addressOf(input));
      return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
    PutObjectTagging(input) {
      const tags = (input.Tagging?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
      s3.tag(addressOf(input), Object.fromEntries(tags));
      return {};
    },
  };
}

function addressOf({
  Bucket = '',
  Key = '',
  VersionId,
}: {
  Bucket?: string;
  Key?: string;
  VersionId?: string;
}): ObjectAddress {
  return { bucket: Bucket, key: Key, versionId: VersionId };
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a slash before it. */
export function sourceOf(copySource: string): ObjectAddress {
  const [path = '', query = ''] = copySource.replace(/^\//, '').split('?');
  const [bucket = '', ...key] = decodePath(path).split('/');
  return { bucket, key: key.join('/'), versionId: new URLSearchParams(query).get('versionId') ?? undefined };
}

/** The version id as S3 answers it: none in a bucket that never kept versions. */
export function versionIdOf(s3: S3, bucket: string, { versionId }: ObjectVersion): string | undefined {
  return s3.buckets.get(bucket).versioning ? versionId : undefined;
}

/** Returns the client's headers about the object. */
export function headersOf(
  input: Pick<
    sdk.PutObjectCommandInput,
    | 'ContentType'
    | 'ContentEncoding'
    | 'ContentDisposition'
    | 'ContentLanguage'
    | 'CacheControl'
    | 'Metadata'
    | 'Tagging'
  >,
): ObjectHeaders {
  // The framing of the upload is not part of the object.
  const encoding = input.ContentEncoding?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked');
  return {
    contentType: input.ContentType,
    contentEncoding: encoding?.join(',') || undefined,
    contentDisposition: input.ContentDisposition,
    contentLanguage: input.ContentLanguage,
    cacheControl: input.CacheControl,
    metadata: input.Metadata,
    tags: input.Tagging ? Object.fromEntries(new URLSearchParams(input.Tagging)) : undefined,
  };
}

function described(
  s3: S3,
  input: sdk.GetObjectCommandInput,
  { version, range }: { version: ObjectVersion; range: RangeRequest | undefined },
): Omit<sdk.GetObjectCommandOutput, '$metadata' | 'Body'> {
  return {
    AcceptRanges: 'bytes',
    ContentLength: range ? range.end - range.start + 1 : version.size,
    ContentRange: range && `bytes ${range.start}-${range.end}/${version.size}`,
    ETag: version.eTag,
    LastModified: new Date(version.modifiedAt),
    VersionId: versionIdOf(s3, input.Bucket ?? '', version),
    ContentType: input.ResponseContentType ?? version.contentType ?? 'binary/octet-stream',
    ContentEncoding: input.ResponseContentEncoding ?? version.contentEncoding,
    ContentDisposition: input.ResponseContentDisposition ?? version.contentDisposition,
    ContentLanguage: input.ResponseContentLanguage ?? version.contentLanguage,
    CacheControl: input.ResponseCacheControl ?? version.cacheControl,
    Metadata: version.metadata,
    TagCount: version.tags && Object.keys(version.tags).length,
  };
}
