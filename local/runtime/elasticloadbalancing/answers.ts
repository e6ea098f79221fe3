import type { ServerResponse } from 'node:http';
import type { ListenerAction } from './records';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The load balancer's own error page, byte for byte as an Application Load Balancer sends it. */
export function errorPage(status: number): { headers: Record<string, string | number>; body: string; reason: string } {
  const reason = REASONS[status] ?? 'Error';
  const title = `${status} ${reason}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return {
    headers: { Server: 'awselb/2.0', 'Content-Type': 'text/html', 'Content-Length': body.length },
    body,
    reason,
  };
}

/** Returns the complete answer to HTTP on a port that speaks TLS. */
export function answerToPlainText(): string {
  const reason = 'The plain HTTP request was sent to HTTPS port';
  const body = `<html>\r\n<head><title>400 ${reason}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>${reason}</center>\r\n</body>\r\n</html>\r\n`;
  const headers = `Server: awselb/2.0\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: ${body.length}`;
  return `HTTP/1.1 400 Bad Request\r\n${headers}\r\n\r\n${body}`;
}

/** Answers with an error page, or cuts the connection if an answer has begun. */
export function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  const { headers, body, reason } = errorPage(status);
  response.writeHead(status, reason, headers);
  response.end(body);
}

export function answerFixed(response: ServerResponse, action: ListenerAction & { type: 'fixed-response' }): void {
  const body = action.messageBody ?? '';
  response.writeHead(action.statusCode, {
    Server: 'awselb/2.0',
    'Content-Type': action.contentType ?? 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** A request that is redirected, in the client's form. */
export interface Redirected {
  readonly protocol: 'http' | 'https';
  /** The `Host` header. */
  readonly host: string;
  /** Declared port of the listener. */
  readonly port: number;
  readonly url: string;
  /** Returns the port on this machine of a listener of the same load balancer. */
  localPort(port: number): number | undefined;
}

/**
 * Fills `#{…}` from the request and sends the client there; standard ports are left out of the address. A port of the
 * load balancer itself becomes the one that its listener has here.
 */
export function answerRedirect(
  response: ServerResponse,
  action: ListenerAction & { type: 'redirect' },
  from: Redirected,
): void {
  const [path = '/', query = ''] = split(from.url, '?');
  const [host = ''] = split(from.host, ':');
  const known: Record<string, string> = {
    protocol: from.protocol,
    host,
    port: String(from.port),
    path: path.replace(/^\//, ''),
    query,
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
  const protocol = fill(action.protocol).toLowerCase();
  const target = fill(action.host);
  const declared = fill(action.port);
  const here = target === host ? from.localPort(Number(declared)) : undefined;
  const port = here === undefined ? declared : String(here);
  const standard = port === (protocol === 'https' ? '443' : '80');
  const search = fill(action.query);
  const location = `${protocol}://${target}${standard ? '' : `:${port}`}${fill(action.path)}${search && `?${search}`}`;
  response.writeHead(action.statusCode, { Server: 'awselb/2.0', Location: location, 'Content-Length': 0 });
  response.end();
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
