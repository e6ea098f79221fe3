import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { WireRequest } from '../../../local/endpoint/http';
import { isSignedWith, signatureOf } from '../../../local/endpoint/signature';
import { type Serving, serve } from './serving';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

interface Asked {
  readonly path: string;
  readonly query?: Record<string, string | string[]>;
  readonly service?: string;
  readonly body?: string;
}

/** A request as the SDK's signer signs it. */
async function signed({ path, query = {}, service = 'lambda', body = '' }: Asked): Promise<WireRequest> {
  const s3 = service === 's3';
  const signer = new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials,
    sha256: Sha256,
    uriEscapePath: !s3,
    applyChecksum: s3,
  });
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query,
    headers: { host: '127.0.0.1:1234' },
    body,
  };
  const { headers } = await signer.sign(request);
  const rawQuery = Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`))
    .join('&');
  return { method: 'POST', path, rawQuery, query: new URLSearchParams(rawQuery), headers, body: Buffer.from(body) };
}

function isGood(request: WireRequest, secret = credentials.secretAccessKey): boolean {
  const signature = signatureOf(request);
  return signature !== undefined && isSignedWith(secret, signature, request);
}

describe('signatures of the SDK are verified over', () => {
  test.each<[string, Asked]>([
    ['a plain path', { path: '/' }],
    ['an escaped path, which is signed escaped once more', { path: '/2015-03-31/functions/a%3Ab/invocations' }],
    ["S3's path, which is signed as it is", { path: '/bucket/a%20b/%C3%A9+c', service: 's3' }],
    ['S3 keys with empty and dot segments', { path: '/bucket//a/../b', service: 's3' }],
    ['a query, in the order of its names and values', { path: '/', query: { b: ['2', '1'], a: 'x y/é*', c: '' } }],
    ['a body', { path: '/', body: '{"é": 1}' }],
  ])('%s', async (_, asked) => {
    const request = await signed(asked);
    expect(isGood(request)).toBe(true);
    expect(isGood(request, 'another secret')).toBe(false);
    expect(isGood({ ...request, method: 'PUT' })).toBe(false);
  });
});

test("AWS's own example is verified", () => {
  const headers = {
    host: 'iam.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  };
  const rawQuery = 'Action=ListUsers&Version=2010-05-08';
  const query = new URLSearchParams(rawQuery);
  expect(
    isGood(
      { method: 'GET', path: '/', rawQuery, query, headers, body: Buffer.alloc(0) },
      'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    ),
  ).toBe(true);
});

describe('a signature', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ largestSkew: 15 * 60_000 });
  });
  afterAll(() => serving.stop());

  async function send(minutes: number, changes: Record<string, string> = {}, body = '{}', key = 'known') {
    const { host } = new URL(serving.endpoint.url);
    const administrator = serving.identity.administrator();
    const signer = new SignatureV4({
      service: 'ssm',
      region: 'eu-west-1',
      credentials: key === 'known' ? administrator : { ...administrator, accessKeyId: key },
      sha256: Sha256,
      applyChecksum: false,
    });
    const headers = {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.DescribeParameters',
    };
    const request = {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/',
      headers: { ...headers, ...changes },
    };
    const signingDate = new Date(serving.room.clock.now().getTime() + minutes * 60_000);
    const signed = await signer.sign({ ...request, body: '{}' }, { signingDate });
    const answer = await fetch(serving.endpoint.url, { method: 'POST', headers: signed.headers, body });
    return [answer.status, ((await answer.json()) as { __type?: string }).__type];
  }

  test.each([
    [0, [200, undefined]],
    [-14, [200, undefined]],
    [14, [200, undefined]],
    [-16, [400, 'InvalidSignatureException']],
    [16, [400, 'InvalidSignatureException']],
    [-10 * 365 * 24 * 60, [400, 'InvalidSignatureException']],
  ])('of %s minutes from now', async (minutes, expected) => {
    expect(await send(minutes)).toEqual(expected);
  });

  test('covers the body, which no service but S3 lets the client leave out', async () => {
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    expect(await send(0, unsigned, '{"MaxResults":1}')).toEqual([400, 'InvalidSignatureException']);
  });

  test('of an unknown key is refused before the body is read', async () => {
    const body = 'x'.repeat(40 * 1024 * 1024);
    const answer = send(0, {}, body, 'AKIAUNKNOWN').catch((error: Error) => [0, String(error.cause)]);
    // The connection is closed while the client still sends, or the answer arrives before.
    expect([
      [400, 'UnrecognizedClientException'],
      [0, expect.stringMatching(/EPIPE|ECONNRESET|closed/)],
    ]).toContainEqual(await answer);
  });
});

describe('a presigned URL', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve();
    serving.s3.buckets.create('artifacts');
    serving.s3.write('artifacts', 'a b.txt', Buffer.from('hello'));
  });
  afterAll(() => serving.stop());

  async function presigned(expiresIn: number, signingDate = serving.room.clock.now()): Promise<string> {
    const signer = new SignatureV4({
      service: 's3',
      region: 'eu-west-1',
      credentials: serving.identity.administrator(),
      sha256: Sha256,
      uriEscapePath: false,
    });
    const { host } = new URL(serving.endpoint.url);
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/artifacts/a%20b.txt',
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    const { query = {} } = await signer.presign(request, { expiresIn, signingDate });
    const url = new URL(request.path, serving.endpoint.url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url.href;
  }

  test('authorizes its bearer', async () => {
    expect(await (await fetch(await presigned(60))).text()).toBe('hello');
  });

  test('is valid only for its time and its request', async () => {
    const over = await fetch(await presigned(60, new Date('2026-01-01T00:00:00Z')));
    expect([over.status, await over.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    const other = await fetch((await presigned(60)).replace('a%20b', 'other'));
    expect(await other.text()).toContain('SignatureDoesNotMatch');
  });

  test.each(['0', '-1', '604801', 'NaN', '1e9'])('is refused with a time of %s seconds', async (seconds) => {
    const url = (await presigned(60)).replace(/X-Amz-Expires=\d+/, `X-Amz-Expires=${seconds}`);
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('AuthorizationQueryParametersError'),
    ]);
  });
});
