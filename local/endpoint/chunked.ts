import { AwsError } from '../kernel/failure';
import type { WireRequest } from './http';

/** True if the body is framed by `aws-chunked`, as S3 uploads with trailing checksums are. */
export function isChunked(headers: WireRequest['headers']): boolean {
  return (
    /\baws-chunked\b/.test(headers['content-encoding'] ?? '') ||
    /^STREAMING-/.test(headers['x-amz-content-sha256'] ?? '')
  );
}

/**
 * Yields the bytes in `aws-chunked` frames: `SIZE[;chunk-signature=…]CRLF BYTES CRLF … 0 CRLF [trailers] CRLF`. Calls
 * `onTrailer` for each trailer. Chunk signatures are not checked; the header's signature covers everything except the
 * bytes. Throws `IncompleteBody` if the frames end early.
 */
export async function* unchunk(
  source: AsyncIterable<Uint8Array>,
  onTrailer: (name: string, value: string) => void = () => {},
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  for (;;) {
    const size = Number.parseInt(await reader.line(), 16);
    if (Number.isNaN(size)) throw incomplete();
    if (size === 0) break;
    yield* reader.take(size);
    await reader.line();
  }
  for (let trailer = await reader.lastLine(); trailer; trailer = await reader.lastLine()) {
    const colon = trailer.indexOf(':');
    if (colon > 0) onTrailer(trailer.slice(0, colon).trim().toLowerCase(), trailer.slice(colon + 1).trim());
  }
  await reader.drain();
}

const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly.', 400);

/** Reads lines and counted bytes from a stream of buffers, copying nothing it can hand on. */
class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** A line without its CRLF. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.rest.toString('latin1', 0, end);
        this.rest = this.rest.subarray(end + 2);
        return line;
      }
      if (!(await this.more())) throw incomplete();
    }
  }

  /** As `line`; the end of the stream reads as an empty line. */
  async lastLine(): Promise<string> {
    if (!this.rest.includes('\r\n') && !(await this.more())) {
      const line = this.rest.toString('latin1');
      this.rest = Buffer.alloc(0);
      return line;
    }
    return this.rest.includes('\r\n') ? this.line() : this.lastLine();
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (!this.rest.length && !(await this.more())) throw incomplete();
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      if (piece.length) yield piece;
    }
  }

  async drain(): Promise<void> {
    while (await this.more()) this.rest = Buffer.alloc(0);
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done) return false;
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.rest = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
    return true;
  }
}
