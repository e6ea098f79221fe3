import { Readable } from 'node:stream';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateAssociationCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserMistake } from '../../../local/kernel/failure';
import { type Serving, serve } from './serving';

let serving: Serving;

beforeAll(async () => {
  serving = await serve({
    routes: [{ prefix: '/v1/repos/', handle: (request, response) => void response.end(`git ${request.url}`) }],
  });
});
afterAll(() => serving.stop());

const unknownKey = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
const wrongSecret = () => ({ ...serving.identity.administrator(), secretAccessKey: 'wrong' });

test('a hundred concurrent writers of one parameter get a hundred versions', async () => {
  const ssm = new SSMClient(serving.client());
  const writes = Array.from({ length: 100 }, (_, index) =>
    ssm.send(
      new PutParameterCommand({ Name: '/image/version', Value: `1.0.${index}`, Type: 'String', Overwrite: true }),
    ),
  );
  const versions = (await Promise.all(writes)).map(({ Version }) => Version);
  expect(new Set(versions)).toEqual(new Set(Array.from({ length: 100 }, (_, index) => index + 1)));
});

test('an administrator who signs a request is its principal', async () => {
  const identity = await new STSClient(serving.client()).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:user/local-administrator',
  });
});

describe('a request with an unknown key is refused in the protocol of its service', () => {
  test.each([
    [
      'JSON',
      () => new SSMClient(serving.client(unknownKey)).send(new GetParameterCommand({ Name: 'a' })),
      'UnrecognizedClientException',
      400,
    ],
    [
      'Query',
      () => new IAMClient(serving.client(unknownKey)).send(new GetUserCommand({})),
      'InvalidClientTokenId',
      403,
    ],
    ['EC2', () => new EC2Client(serving.client(unknownKey)).send(new DescribeInstancesCommand({})), 'AuthFailure', 401],
    ['S3', () => new S3Client(serving.client(unknownKey)).send(new ListBucketsCommand({})), 'InvalidAccessKeyId', 403],
  ])('%s', async (_, request, name, status) => {
    await expect(request()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });
});

describe('a request signed with a wrong secret is refused', () => {
  test.each([
    [
      'JSON',
      () => new SSMClient(serving.client(wrongSecret())).send(new GetParameterCommand({ Name: 'a' })),
      'InvalidSignatureException',
    ],
    ['Query', () => new IAMClient(serving.client(wrongSecret())).send(new GetUserCommand({})), 'SignatureDoesNotMatch'],
    ['S3', () => new S3Client(serving.client(wrongSecret())).send(new ListBucketsCommand({})), 'SignatureDoesNotMatch'],
  ])('%s', async (_, request, name) => {
    await expect(request()).rejects.toMatchObject({ name });
  });
});

test('a request without a signature is refused', async () => {
  const bucket = await fetch(`${serving.endpoint.url}/some-bucket`);
  expect([bucket.status, await bucket.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  const old = await fetch(`${serving.endpoint.url}/some-bucket/key?AWSAccessKeyId=A&Expires=1&Signature=s`);
  expect([old.status, await old.text()]).toEqual([400, expect.stringContaining('Please use AWS4-HMAC-SHA256.')]);
  const json = await fetch(serving.endpoint.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' },
    body: '{}',
  });
  expect(await json.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
});

test('an unsupported operation is refused by its name', async () => {
  const request = new SSMClient(serving.client()).send(new CreateAssociationCommand({ Name: 'x' }));
  await expect(request).rejects.toMatchObject({
    name: 'NotSupportedLocally',
    message: 'ssm.CreateAssociation is not supported by the local runtime.',
  });
});

test('an unsupported service is refused by its name', async () => {
  const scope = 'AKIAANY/20260101/eu-west-1/dynamodb/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
  const answer = await fetch(serving.endpoint.url, { method: 'POST', headers: { authorization } });
  expect([answer.status, await answer.json()]).toEqual([
    501,
    { __type: 'NotSupportedLocally', message: 'The service dynamodb is not supported by the local runtime.' },
  ]);
});

test('a request for another region is refused with the region that is served', async () => {
  const client = new SSMClient({ ...serving.client(), region: 'us-east-1' });
  await expect(client.send(new GetParameterCommand({ Name: 'a' }))).rejects.toMatchObject({
    message: expect.stringContaining('Set AWS_REGION=eu-west-1.'),
  });
});

test('a missing required member is named, at any depth', async () => {
  const ssm = new SSMClient(serving.client());
  const Tags = [{ Key: 'a', Value: undefined }];
  await expect(ssm.send(new PutParameterCommand({ Name: 'a', Value: 'b', Tags }))).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
  });
});

test('paths of other protocols are passed on, and hide no bucket', async () => {
  const git = await fetch(`${serving.endpoint.url}/v1/repos/demo/info/refs?service=git-upload-pack`);
  expect(await git.text()).toBe('git /v1/repos/demo/info/refs?service=git-upload-pack');
});

test('a bug in a handler is an InternalFailure for the client and a notice for the operator', async () => {
  const broken = await serve({
    scope: () => {
      throw new TypeError('a bug');
    },
  });
  const request = new SSMClient(broken.client()).send(new GetParameterCommand({ Name: 'a' }));
  await expect(request).rejects.toMatchObject({ name: 'InternalFailure', message: 'a bug' });
  expect(broken.room.events).toContainEqual(
    expect.objectContaining({ type: 'notice', level: 'error', message: expect.stringContaining('TypeError: a bug') }),
  );
  await broken.stop();
});

test('a client that disconnects causes no event', async () => {
  serving.s3.buckets.create('artifacts');
  serving.s3.write('artifacts', 'big', Buffer.alloc(30 * 1024 * 1024));
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const s3 = new S3Client({ ...serving.client(), logger: silent });
  const leaving = new AbortController();
  async function* half() {
    yield Buffer.alloc(1024 * 1024);
    leaving.abort();
  }
  const upload = new PutObjectCommand({
    Bucket: 'artifacts',
    Key: 'half',
    Body: Readable.from(half()),
    ContentLength: 2e6,
  });
  await expect(s3.send(upload, { abortSignal: leaving.signal })).rejects.toMatchObject({ name: 'AbortError' });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'artifacts', Key: 'big' }));
  (Body as Readable).destroy();
  s3.destroy();
  await serving.stop();
  expect(serving.room.events).toEqual([]);
  expect(serving.s3.current('artifacts', 'half')).toBeUndefined();
  serving = await serve();
});

test('a port in use is reported as a mistake of the caller', async () => {
  const taken = serve({ port: serving.endpoint.port });
  await expect(taken).rejects.toThrow(UserMistake);
  await expect(taken).rejects.toThrow(`port ${serving.endpoint.port} is already in use`);
});
