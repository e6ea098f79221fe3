import type { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';

/**
 * AWS clients with the machine's instance profile (the SDK asks the metadata service), for the endpoint and region in
 * the environment.
 */
export interface AwsClients {
  s3(): Promise<S3Client>;
  ssm(): Promise<SSMClient>;
  imageBuilder(): Promise<ImagebuilderClient>;
}

/** The SDK's modules, each in a separate file: loading them takes longer than most documents run. */
export const sdk = {
  s3: () => require('./sdk/s3') as typeof import('./sdk/s3'),
  ssm: () => require('./sdk/ssm') as typeof import('./sdk/ssm'),
  imageBuilder: () => require('./sdk/imagebuilder') as typeof import('./sdk/imagebuilder'),
};

/** Each client is created at its first use: most documents use none. */
export function awsClients(): AwsClients {
  return {
    s3: once(() => new (sdk.s3().S3Client)({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined })),
    ssm: once(() => new (sdk.ssm().SSMClient)({})),
    imageBuilder: once(() => new (sdk.imageBuilder().ImagebuilderClient)({})),
  };
}

function once<T>(make: () => T): () => Promise<T> {
  let made: T | undefined;
  return async () => {
    made ??= make();
    return made;
  };
}
