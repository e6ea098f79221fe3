/** Parts of the SDK that the guest program uses, in a bundle of their own. */
export { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
