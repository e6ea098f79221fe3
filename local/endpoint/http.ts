import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../kernel/failure';

/** A request as the protocols read it. Header names are lower-case; `path` and `rawQuery` are as they were sent. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** The complete body; empty if `stream` carries it. */
  readonly body: Buffer;
  /** The unread, decoded body of an operation with a stream as input. */
  readonly stream?: Readable;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | Readable;
}

/** The largest body in memory: the limits of Lambda and CloudFormation are below it. S3 objects are streamed. */
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;

/** The head of a request: all but its body. */
export function requestHead(message: IncomingMessage): Omit<WireRequest, 'body'> {
  const url = message.url ?? '/';
  const question = url.indexOf('?');
  const rawQuery = question < 0 ? '' : url.slice(question + 1);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const path = question < 0 ? url : url.slice(0, question);
  return { method: message.method ?? 'GET', path, rawQuery, query: new URLSearchParams(rawQuery), headers };
}

/** The whole of a body. Throws `RequestEntityTooLarge` above the limit. */
export async function readBody(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) {
      throw new AwsError('RequestEntityTooLarge', `The request is larger than ${LARGEST_BODY_BYTES} bytes.`, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Sends an answer. A stream that fails midway breaks the connection, so that the client detects the missing bytes. */
export async function send(response: ServerResponse, answer: WireResponse): Promise<void> {
  if (answer.body instanceof Readable) {
    response.writeHead(answer.status, answer.headers);
    await pipeline(answer.body, response);
    return;
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  if (answer.status !== 204) answer.headers['content-length'] ??= String(body.length);
  response.writeHead(answer.status, answer.headers);
  response.end(body);
}
