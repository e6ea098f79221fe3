import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { isAwsError } from '../../../../local/kernel/failure';
import { type Serving, serve } from '../../endpoint/serving';

let serving: Serving;
let s3: S3Client;
const Bucket = 'artifacts';

beforeEach(async () => {
  serving = await serve();
  s3 = new S3Client(serving.client());
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => serving.stop());

const put = (Key: string, Body: PutObjectCommandInput['Body'] = Key, more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string, VersionId?: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
const keepVersions = () =>
  s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));

test('an object is returned as it was stored, with its metadata', async () => {
  await put('a/b c+é.txt', 'hello', {
    ContentType: 'text/plain',
    Metadata: { commit: 'abc' },
    CacheControl: 'no-store',
  });
  const object = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b c+é.txt' }));
  expect(await object.Body?.transformToString()).toBe('hello');
  expect(object).toMatchObject({
    ContentLength: 5,
    ContentType: 'text/plain',
    CacheControl: 'no-store',
    Metadata: { commit: 'abc' },
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
  });
  expect(object.VersionId).toBeUndefined();
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'a/b c+é.txt' }))).toMatchObject({ ContentLength: 5 });
});

test('a large stream is stored in pieces, with its checksum in the trailer', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  async function* pieces() {
    for (let count = 0; count < 48; count++) yield piece;
  }
  await put('big', Readable.from(pieces()), { ContentLength: 48 * piece.length });
  const { ContentLength, Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'big', Range: 'bytes=-3' }));
  expect([ContentLength, await Body?.transformToString()]).toEqual([3, 'xxx']);
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'big' }))).toMatchObject({
    ContentLength: 48 * piece.length,
  });
});

test('an empty object can be stored', async () => {
  await put('empty', Buffer.alloc(0));
  expect(await read('empty')).toBe('');
});

test('a body that does not match its checksum is not stored', async () => {
  const wrong = { ContentMD5: Buffer.alloc(16).toString('base64') };
  await expect(put('a', 'hello', wrong)).rejects.toMatchObject({ name: 'BadDigest' });
  await expect(put('a', 'hello', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
  await expect(read('a')).rejects.toMatchObject({ name: 'NoSuchKey', message: 'The specified key does not exist.' });
});

test('a range returns part of an object, and an unsatisfiable one is refused', async () => {
  await put('a', '0123456789');
  const range = async (Range: string) => {
    const { Body, ContentRange, $metadata } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range }));
    return [$metadata.httpStatusCode, ContentRange, await Body?.transformToString()];
  };
  expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await range('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89']);
  await expect(range('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
});

test('a conditional write creates an object only if there is none', async () => {
  await put('a', 'first', { IfNoneMatch: '*' });
  await expect(put('a', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await read('a')).toBe('first');
});

test('a bucket with versioning keeps versions, and hides the object behind a delete marker (A36)', async () => {
  await keepVersions();
  const first = await put('a', 'one');
  const second = await put('a', 'two');
  expect(second.VersionId).not.toBe(first.VersionId);
  const { VersionId, DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(DeleteMarker).toBe(true);
  await expect(read('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await read('a', first.VersionId)).toBe('one');
  await expect(read('a', VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
  expect(await read('a')).toBe('two');
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions?.map((version) => [version.VersionId, version.IsLatest])).toEqual([
    [second.VersionId, true],
    [first.VersionId, false],
  ]);
});

test('keys are listed in the order of their bytes, page by page, grouped by a delimiter', async () => {
  for (const key of ['a/1', 'a/2', 'b', 'c/1', 'é', 'Z']) await put(key);
  const list = async (input: object) => s3.send(new ListObjectsV2Command({ Bucket, ...input }));
  const all = await list({});
  expect(all.Contents?.map(({ Key }) => Key)).toEqual(['Z', 'a/1', 'a/2', 'b', 'c/1', 'é']);
  const rolled = await list({ Delimiter: '/', MaxKeys: 2 });
  expect([rolled.Contents?.map(({ Key }) => Key), rolled.CommonPrefixes]).toEqual([['Z'], [{ Prefix: 'a/' }]]);
  const rest = await list({ Delimiter: '/', ContinuationToken: rolled.NextContinuationToken });
  expect([rest.Contents?.map(({ Key }) => Key), rest.CommonPrefixes, rest.IsTruncated]).toEqual([
    ['b', 'é'],
    [{ Prefix: 'c/' }],
    false,
  ]);
  expect((await list({ Prefix: 'a/', StartAfter: 'a/1' })).KeyCount).toBe(1);
});

test('a copy has the content and metadata of its source, and survives it', async () => {
  await put('a b', 'hello', { ContentType: 'text/plain' });
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/a%20b` }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b' }));
  const copy = await s3.send(new GetObjectCommand({ Bucket, Key: 'c' }));
  expect([await copy.Body?.transformToString(), copy.ContentType]).toEqual(['hello', 'text/plain']);
});

test('several objects are deleted at once', async () => {
  await put('a');
  await put('b');
  const Objects = ['a', 'b', 'none'].map((Key) => ({ Key }));
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect([Deleted?.map(({ Key }) => Key), Errors]).toEqual([['a', 'b', 'none'], undefined]);
});

test('a bucket reports its region, is created once, and can be deleted only when it is empty', async () => {
  expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
  await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  await expect(s3.send(new CreateBucketCommand({ Bucket: 'No' }))).rejects.toMatchObject({ name: 'InvalidBucketName' });
  await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  await put('a');
  await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
  await expect(put('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('other services read and write objects without the endpoint', () => {
  serving.s3.buckets.configure(Bucket, { versioning: 'Enabled' });
  const { versionId } = serving.s3.write(Bucket, 'k', Buffer.from('one'));
  serving.s3.write(Bucket, 'k', Buffer.from('two'));
  expect([serving.s3.read(Bucket, 'k').toString(), serving.s3.read(Bucket, 'k', versionId).toString()]).toEqual([
    'two',
    'one',
  ]);
  expect(refusal(() => serving.s3.read(Bucket, 'none'))).toBe('NoSuchKey');
  expect(refusal(() => serving.s3.read('none', 'k'))).toBe('NoSuchBucket');
});

test('bytes that a killed process had not recorded are removed, and recorded ones are kept', async () => {
  await put('a', 'hello');
  const { directory } = serving;
  writeFileSync(join(directory, 'incoming', 'half'), 'hel');
  writeFileSync(join(directory, 'bodies', 'orphan'), 'x');
  serving.s3.recover();
  expect([readdirSync(join(directory, 'incoming')), readdirSync(join(directory, 'bodies')).length]).toEqual([[], 1]);
  expect(await read('a')).toBe('hello');
});

test('a replaced object leaves no bytes behind', async () => {
  await put('a', 'one');
  await put('a', 'two');
  expect(readdirSync(join(serving.directory, 'bodies')).length).toBe(1);
});

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return isAwsError(error) ? error.code : String(error);
  }
  return undefined;
}

test('an object has a key of at most 1,024 bytes', async () => {
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  await put('é'.repeat(512));
  await expect(put(`${'é'.repeat(512)}x`)).rejects.toMatchObject({
    name: 'KeyTooLongError',
    message: 'Your key is too long',
    $metadata: { httpStatusCode: 400 },
  });
});
