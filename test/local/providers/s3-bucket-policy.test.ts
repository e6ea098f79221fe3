import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3BucketPolicy } from '../../../local/providers/s3-bucket-policy';
import { S3 } from '../../../local/runtime/s3/s3';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

test('a bucket’s policy is set, and removed also after its bucket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bucket-'));
  const s3 = new S3({ ...room(), directory });
  s3.buckets.create('artifacts');
  const provider = s3BucketPolicy(s3);
  const ctx = providerContext();
  const policy = { Bucket: 'artifacts', PolicyDocument: { Statement: [] } };
  const current = { ...(await provider.create(ctx, policy)), properties: policy };
  expect(s3.buckets.get('artifacts').policy).toBe('{"Statement":[]}');
  await provider.delete(ctx, current);
  expect(s3.buckets.get('artifacts').policy).toBeUndefined();
  s3.deleteBucket('artifacts');
  await provider.delete(ctx, current);
  rmSync(directory, { recursive: true });
});
