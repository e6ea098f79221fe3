import type { Readable } from 'node:stream';
import type * as sdk from '@aws-sdk/client-s3';
import type { S3 } from '../../runtime/s3/s3';
import type { Handlers } from '../handlers';
import { rangeOf } from './s3-conditions';
import { headersOf, sourceOf, versionIdOf } from './s3-objects';

type S3Handlers = Handlers<typeof sdk>;

/** Uploads in parts. */
export function multipartOperations(s3: S3): S3Handlers {
  return { ...parts(s3), ...uploads(s3) };
}

function uploads(s3: S3): S3Handlers {
  return {
    CreateMultipartUpload(input) {
      const { name } = s3.buckets.get(input.Bucket ?? '');
      const { uploadId, key } = s3.uploads.start(name, input.Key ?? '', headersOf(input));
      return { Bucket: name, Key: key, UploadId: uploadId };
    },
    async CompleteMultipartUpload({ Bucket = '', Key = '', UploadId = '', MultipartUpload }) {
      const named = (MultipartUpload?.Parts ?? []).map(({ PartNumber = 0, ETag = '' }) => ({
        number: PartNumber,
        eTag: ETag,
      }));
      const version = await s3.uploads.complete(UploadId, named);
      return {
        Bucket,
        Key,
        Location: `/${Bucket}/${Key}`,
        ETag: version.eTag,
        VersionId: versionIdOf(s3, Bucket, version),
      };
    },
    AbortMultipartUpload({ UploadId = '' }) {
      s3.uploads.abort(UploadId);
      return {};
    },
    ListMultipartUploads({ Bucket = '', Prefix = '' }) {
      s3.buckets.get(Bucket);
      const found = s3.uploads.list(Bucket).filter(({ key }) => key.startsWith(Prefix));
      return {
        Bucket,
        Prefix,
        IsTruncated: false,
        Uploads: found.map(({ uploadId, key, startedAt }) => ({
          UploadId: uploadId,
          Key: key,
          Initiated: new Date(startedAt),
        })),
      };
    },
  };
}

function parts(s3: S3): S3Handlers {
  return {
    async UploadPart({ UploadId = '', PartNumber = 0, Body }) {
      const { eTag } = await s3.uploads.put(UploadId, PartNumber, Body as Readable);
      return { ETag: eTag };
    },
    async UploadPartCopy({ UploadId = '', PartNumber = 0, CopySource = '', CopySourceRange }) {
      const source = s3.find(sourceOf(CopySource));
      const body = s3.bodies.open(source.body as string, rangeOf(CopySourceRange, source.size));
      const { eTag, modifiedAt } = await s3.uploads.put(UploadId, PartNumber, body);
      return { CopyPartResult: { ETag: eTag, LastModified: new Date(modifiedAt) } };
    },
    ListParts({ Bucket = '', Key = '', UploadId = '' }) {
      return {
        Bucket,
        Key,
        UploadId,
        IsTruncated: false,
        Parts: s3.uploads.partsOf(UploadId).map(({ number, size, eTag, modifiedAt }) => ({
          PartNumber: number,
          Size: size,
          ETag: eTag,
          LastModified: new Date(modifiedAt),
        })),
      };
    },
  };
}
