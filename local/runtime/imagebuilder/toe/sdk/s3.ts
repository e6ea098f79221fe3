/** What the guest program uses of the SDK; in a bundle of its own. */
export { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
