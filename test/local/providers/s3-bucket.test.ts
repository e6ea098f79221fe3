import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Bucket } from '../../../local/providers/s3-bucket';
import { S3 } from '../../../local/runtime/s3/s3';
import { room } from '../../rig/room';
import { givenTags, providerContext } from './provider-context';

let directory: string;
let s3: S3;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bucket-'));
  s3 = new S3({ ...room(), directory });
});
afterEach(() => rmSync(directory, { recursive: true }));

const properties = {
  VersioningConfiguration: { Status: 'Enabled' as const },
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  LifecycleConfiguration: { Rules: [{ Id: 'Artifacts', Status: 'Enabled', ExpirationInDays: '90' }] },
};

test('a bucket without a name gets one in lower case, and has versioning if the template enables it', async () => {
  const ctx = providerContext();
  const provided = await s3Bucket(s3).create(ctx, properties);
  expect(provided).toMatchObject({
    physicalId: 'demo-thing-1a2b3c',
    attributes: {
      Arn: 'arn:aws:s3:::demo-thing-1a2b3c',
      RegionalDomainName: 'demo-thing-1a2b3c.s3.eu-west-1.amazonaws.com',
    },
  });
  expect(s3.buckets.get('demo-thing-1a2b3c')).toMatchObject({
    versioning: 'Enabled',
    encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    lifecycle: { Rules: [{ ID: 'Artifacts', Status: 'Enabled', Expiration: { Days: 90 } }] },
    tags: givenTags,
  });
});

test('versioning is suspended when the template no longer has it', async () => {
  const provider = s3Bucket(s3);
  const ctx = providerContext();
  const current = { ...(await provider.create(ctx, properties)), properties };
  await provider.update?.(ctx, current, {});
  expect(s3.buckets.get(current.physicalId)).toMatchObject({ versioning: 'Suspended' });
});

test('a bucket with objects is not deleted', async () => {
  const provider = s3Bucket(s3);
  const ctx = providerContext();
  const current = { ...(await provider.create(ctx, properties)), properties };
  s3.write(current.physicalId, 'k', Buffer.from('x'));
  await expect(provider.delete(ctx, current)).rejects.toMatchObject({
    code: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
  });
  for (const { versionId } of s3.records(current.physicalId)[0]?.versions ?? []) {
    s3.delete({ bucket: current.physicalId, key: 'k', versionId });
  }
  await provider.delete(ctx, current);
  await provider.delete(ctx, current);
  expect(s3.buckets.list()).toEqual([]);
});
