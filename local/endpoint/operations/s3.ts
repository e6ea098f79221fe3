import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/failure';
import type { S3 } from '../../runtime/s3/s3';
import type { Call, Handlers } from '../handlers';
import { bucketOperations } from './s3-buckets';
import { listingOperations } from './s3-listing';
import { multipartOperations } from './s3-multipart';
import { objectOperations } from './s3-objects';

type S3Handlers = Handlers<typeof sdk>;

/** S3, with its buckets in the path: `http://127.0.0.1:PORT/BUCKET/KEY`. */
export function s3Operations(s3: S3): S3Handlers {
  return inRegionOfBucket(s3, {
    ...bucketOperations(s3),
    ...listingOperations(s3),
    ...objectOperations(s3),
    ...multipartOperations(s3),
  });
}

/** Operations that any region answers for a bucket in any region. */
const ANYWHERE = new Set(['CreateBucket', 'GetBucketLocation', 'ListBuckets']);

type Handler = (input: { Bucket?: string }, call: Call) => unknown;

/** A bucket is served in its own region only; other regions redirect. */
function inRegionOfBucket(s3: S3, handlers: S3Handlers): S3Handlers {
  const guarded = Object.entries(handlers as Record<string, Handler>).map(([operation, handler]): [string, Handler] => [
    operation,
    ANYWHERE.has(operation)
      ? handler
      : (input, call) => {
          refuseElsewhere(s3, input.Bucket ?? '', call.scope.region);
          return handler(input, call);
        },
  ]);
  return Object.fromEntries(guarded) as S3Handlers;
}

function refuseElsewhere(s3: S3, name: string, region: string): void {
  if (!s3.buckets.has(name)) return;
  const bucket = s3.buckets.get(name);
  if (bucket.region === region) return;
  throw new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { status: 301, fields: { Bucket: name, Endpoint: `${name}.s3.${bucket.region}.amazonaws.com` } },
  );
}
