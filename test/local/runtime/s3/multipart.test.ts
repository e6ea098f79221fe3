import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { type Serving, serve } from '../../endpoint/serving';

let serving: Serving;
let s3: S3Client;
const upload = { Bucket: 'artifacts', Key: 'big.zip' };
const MIB = 1024 * 1024;

beforeEach(async () => {
  serving = await serve();
  s3 = new S3Client(serving.client());
  await s3.send(new CreateBucketCommand({ Bucket: upload.Bucket }));
});
afterEach(() => serving.stop());

async function start(): Promise<string | undefined> {
  return (await s3.send(new CreateMultipartUploadCommand({ ...upload, ContentType: 'application/zip' }))).UploadId;
}

async function part(UploadId: string | undefined, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body }));
  return { ETag, PartNumber };
}

const complete = (UploadId: string | undefined, Parts: CompletedPart[]) =>
  s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));

test('parts become one object, in the order of their numbers', async () => {
  const UploadId = await start();
  const second = await part(UploadId, 2, Buffer.from('end'));
  const first = await part(UploadId, 1, Buffer.alloc(5 * MIB, 'a'));
  const copied = await s3
    .send(
      new UploadPartCopyCommand({
        ...upload,
        UploadId,
        PartNumber: 3,
        CopySource: `${upload.Bucket}/seed`,
        CopySourceRange: 'bytes=0-1',
      }),
    )
    .catch((error: Error) => error.name);
  expect(copied).toBe('NoSuchKey');
  const { ETag } = await complete(UploadId, [first, second]);
  expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const object = await s3.send(new GetObjectCommand(upload));
  expect([object.ContentLength, object.ContentType]).toEqual([5 * MIB + 3, 'application/zip']);
  expect((await object.Body?.transformToString())?.slice(-4)).toBe('aend');
  await expect(complete(UploadId, [first, second])).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('an inconsistent upload is refused, and can be corrected', async () => {
  const UploadId = await start();
  const small = await part(UploadId, 1, Buffer.from('small'));
  const last = await part(UploadId, 2, Buffer.from('end'));
  await expect(complete(UploadId, [last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await expect(complete(UploadId, [{ ...small, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
  await expect(complete(UploadId, [small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
  const right = await part(UploadId, 1, Buffer.alloc(5 * MIB));
  await complete(UploadId, [right, last]);
});

test('an aborted upload is deleted with its parts', async () => {
  const UploadId = await start();
  await part(UploadId, 1, Buffer.from('x'));
  const { Parts } = await s3.send(new ListPartsCommand({ ...upload, UploadId }));
  expect(Parts).toMatchObject([{ PartNumber: 1, Size: 1 }]);
  await s3.send(new AbortMultipartUploadCommand({ ...upload, UploadId }));
  await expect(part(UploadId, 2, Buffer.from('y'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
});
