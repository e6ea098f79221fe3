import type * as sdk from '@aws-sdk/client-s3';
import type { S3 } from '../../runtime/s3/s3';
import type { Handlers } from '../handlers';
import { bucketOperations } from './s3-buckets';
import { listingOperations } from './s3-listing';
import { multipartOperations } from './s3-multipart';
import { objectOperations } from './s3-objects';

/** S3, with its buckets in the path: `http://127.0.0.1:PORT/BUCKET/KEY`. */
export function s3Operations(s3: S3): Handlers<typeof sdk> {
  return { ...bucketOperations(s3), ...listingOperations(s3), ...objectOperations(s3), ...multipartOperations(s3) };
}
