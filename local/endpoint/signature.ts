import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { decodePath } from './decode';
import type { WireRequest } from './http';

/** Parts of a Signature Version 4, from the `Authorization` header or the query of a presigned URL. */
export interface Signature {
  readonly accessKeyId: string;
  readonly token?: string;
  /** `20260101`. */
  readonly date: string;
  /** `20260101T000000Z`. */
  readonly timestamp: string;
  readonly region: string;
  /** The signing name: `ssm`, `elasticloadbalancing`. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Seconds for which a presigned URL is valid; undefined if the header is signed. */
  readonly expiresSeconds?: number;
}

type Head = Omit<WireRequest, 'body'>;

const HEADER =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/;
const SCOPE = /^([^/]+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request$/;

/** Reads the signature of a request; undefined if it has none. */
export function signatureOf(request: Head): Signature | undefined {
  return headerSignature(request) ?? presignedSignature(request);
}

function headerSignature({ headers }: Head): Signature | undefined {
  const match = HEADER.exec(headers['authorization'] ?? '');
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', signed = '', signature = ''] = match;
  const timestamp = headers['x-amz-date'] ?? '';
  const token = headers['x-amz-security-token'];
  return { accessKeyId, token, date, timestamp, region, service, signedHeaders: signed.split(';'), signature };
}

function presignedSignature({ query }: Head): Signature | undefined {
  const match = SCOPE.exec(query.get('X-Amz-Credential') ?? '');
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || !match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return {
    accessKeyId,
    token: query.get('X-Amz-Security-Token') ?? undefined,
    date,
    timestamp: query.get('X-Amz-Date') ?? '',
    region,
    service,
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    expiresSeconds: Number(query.get('X-Amz-Expires') ?? 0),
  };
}

/** True if `secret` made this signature. Its time is checked by `authenticate`. */
export function isSignedWith(secret: string, signature: Signature, request: WireRequest): boolean {
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', signature.timestamp, scope, sha256(canonicalRequest(signature, request))].join(
    '\n',
  );
  const expected = createHmac('sha256', signingKey(secret, signature)).update(text).digest();
  const given = Buffer.from(signature.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** True if the body is the one that the signed header `x-amz-content-sha256` announces. */
export function hasSignedBody(request: WireRequest): boolean {
  const announced = request.headers['x-amz-content-sha256'];
  return !announced || !/^[0-9a-f]{64}$/.test(announced) || announced === sha256(request.body);
}

function canonicalRequest(signature: Signature, request: WireRequest): string {
  const headers = signature.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`,
  );
  return [
    request.method,
    signature.service === 's3' ? request.path : escapedPath(request.path),
    canonicalQuery(request.rawQuery),
    headers.join(''),
    signature.signedHeaders.join(';'),
    payloadHash(signature, request),
  ].join('\n');
}

function payloadHash(signature: Signature, request: WireRequest): string {
  const announced = request.headers['x-amz-content-sha256'];
  // Only S3 lets the client decide that a body is not signed.
  if (announced && (signature.service === 's3' || /^[0-9a-f]{64}$/.test(announced))) return announced;
  if (signature.expiresSeconds !== undefined && signature.service === 's3') return 'UNSIGNED-PAYLOAD';
  return sha256(request.body);
}

/** All services but S3 sign the path encoded once more, without its empty and dot segments. */
function escapedPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment && segment !== '.') segments.push(encodeStrictly(segment));
  }
  return `/${segments.join('/')}${segments.length && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(rawQuery: string): string {
  return rawQuery
    .split('&')
    .filter((pair) => pair && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [recode(name), recode(value)] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A `%` that begins no escape is signed as itself. */
const recode = (text: string) => encodeStrictly(decodePath(text));

/** RFC 3986: only letters, digits and `-._~` are unescaped. */
const encodeStrictly = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

/** A key is good for one day, region and service, so a few serve thousands of requests. */
const signingKeys = new Map<string, Buffer>();
const MOST_SIGNING_KEYS = 500;

function signingKey(secret: string, { date, region, service }: Signature): Buffer {
  const name = `${secret}/${date}/${region}/${service}`;
  const known = signingKeys.get(name);
  if (known) return known;
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  signingKeys.set(name, key);
  return key;
}
