import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../kernel/failure';
import { isChunked, unchunk } from './chunked';
import type { WireRequest } from './http';

/** A checksum of a body, and the refusal if it does not match. */
interface Sum {
  update(chunk: Buffer): void;
  /** Throws if the body does not match. */
  check(trailers: ReadonlyMap<string, string>): void;
}

/**
 * Yields the bytes of a streamed body without their frames, and checks them against the client's announcement: length,
 * signed hash, Content-MD5, and the checksums CRC32, SHA1 and SHA256 in a header or a trailer. CRC32C, CRC64NVME and
 * XXHASH are not checked. Throws at the end of the body if a value does not match.
 */
export async function* checkedBody(
  source: AsyncIterable<Uint8Array>,
  headers: WireRequest['headers'],
): AsyncGenerator<Buffer> {
  const trailers = new Map<string, string>();
  const bytes = isChunked(headers) ? unchunk(source, (name, value) => trailers.set(name, value)) : source;
  const sums = announcedSums(headers);
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (const sum of sums) sum.update(buffer);
    yield buffer;
  }
  for (const sum of sums) sum.check(trailers);
}

function announcedSums(headers: WireRequest['headers']): Sum[] {
  const sums: Sum[] = [length(headers['x-amz-decoded-content-length'] ?? headers['content-length'])];
  const signed = headers['x-amz-content-sha256'] ?? '';
  if (/^[0-9a-f]{64}$/.test(signed)) sums.push(signedHash(signed));
  const md5 = headers['content-md5'];
  if (md5) sums.push(digest('md5', () => md5, 'The Content-MD5 you specified did not match what we received.'));
  for (const algorithm of ['sha1', 'sha256']) {
    const name = `x-amz-checksum-${algorithm}`;
    if (isAnnounced(name, headers))
      sums.push(digest(algorithm, (trailers) => headers[name] ?? trailers.get(name), badSum(algorithm)));
  }
  if (isAnnounced('x-amz-checksum-crc32', headers)) sums.push(crc(headers['x-amz-checksum-crc32']));
  return sums;
}

const isAnnounced = (name: string, headers: WireRequest['headers']) =>
  name in headers ||
  (headers['x-amz-trailer'] ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes(name);

const badSum = (algorithm: string) =>
  `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;

function length(announced: string | undefined): Sum {
  let size = 0;
  return {
    update: (chunk) => {
      size += chunk.length;
    },
    check: () => {
      if (announced === undefined || Number(announced) === size) return;
      throw new AwsError(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      );
    },
  };
}

function signedHash(announced: string): Sum {
  const hash = createHash('sha256');
  return {
    update: (chunk) => void hash.update(chunk),
    check: () => {
      if (hash.digest('hex') === announced) return;
      throw new AwsError(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    },
  };
}

type Announced = (trailers: ReadonlyMap<string, string>) => string | undefined;

function digest(algorithm: string, announced: Announced, message: string): Sum {
  const hash = createHash(algorithm);
  return {
    update: (chunk) => void hash.update(chunk),
    check: (trailers) => {
      if (hash.digest('base64') !== announced(trailers)) throw new AwsError('BadDigest', message);
    },
  };
}

function crc(header: string | undefined): Sum {
  let sum = 0;
  return {
    update: (chunk) => {
      sum = crc32(chunk, sum);
    },
    check: (trailers) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum >>> 0);
      const announced = header ?? trailers.get('x-amz-checksum-crc32');
      if (bytes.toString('base64') !== announced) throw new AwsError('BadDigest', badSum('crc32'));
    },
  };
}
