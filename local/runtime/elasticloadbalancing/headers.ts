import type { IncomingMessage } from 'node:http';

/** Headers that speak of one connection only, and so end at the load balancer. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

const REWRITTEN = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id']);

const VALID = /^[a-z0-9-]+$/;

export interface Seen {
  /** The client's address. */
  readonly client: string;
  /** The port and the protocol that the client used. */
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** True if headers with other characters in their names than letters, digits and hyphens are left out. */
  readonly dropInvalid: boolean;
  /** A new trace id's fields: `1-67891233-abcdef012345678912345678`. */
  trace(): string;
}

/** A client's headers as its target gets them: in the client's order and spelling, with the balancer's own added. */
export function toTarget(request: IncomingMessage, seen: Seen): string[] {
  const headers: string[] = [];
  const raw = request.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!.toLowerCase();
    if (seen.dropInvalid && !VALID.test(name)) continue;
    if (!HOP_BY_HOP.has(name) && !REWRITTEN.has(name)) headers.push(raw[index]!, raw[index + 1]!);
  }
  const before = request.headers['x-forwarded-for'];
  headers.push('X-Forwarded-For', before ? `${before}, ${seen.client}` : seen.client);
  headers.push('X-Forwarded-Proto', seen.protocol, 'X-Forwarded-Port', String(seen.port));
  const trace = request.headers['x-amzn-trace-id'];
  headers.push('X-Amzn-Trace-Id', trace ? `Self=${seen.trace()};${trace}` : `Root=${seen.trace()}`);
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A target's headers as the client gets them. */
export function toClient(rawHeaders: readonly string[]): string[] {
  const headers: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!HOP_BY_HOP.has(rawHeaders[index]!.toLowerCase())) headers.push(rawHeaders[index]!, rawHeaders[index + 1]!);
  }
  return headers;
}
