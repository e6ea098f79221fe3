import type { ServerResponse } from 'node:http';
import type { Action } from './records';

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

/** Answers with an error page, or cuts the connection where an answer has begun. */
export function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  const { headers, body, reason } = errorPage(status);
  response.writeHead(status, reason, headers);
  response.end(body);
}

export function answerFixed(response: ServerResponse, action: Action & { type: 'fixed-response' }): void {
  const body = action.messageBody ?? '';
  response.writeHead(action.statusCode, {
    Server: 'awselb/2.0',
    'Content-Type': action.contentType ?? 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Fills `#{…}` from the request and sends the client there; standard ports are left out of the address. */
export function answerRedirect(
  response: ServerResponse,
  action: Action & { type: 'redirect' },
  from: { host: string; port: number; url: string },
): void {
  const [path = '/', query = ''] = split(from.url, '?');
  const [host = ''] = split(from.host, ':');
  const known: Record<string, string> = {
    protocol: 'http',
    host,
    port: String(from.port),
    path: path.replace(/^\//, ''),
    query,
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
  const protocol = fill(action.protocol).toLowerCase();
  const port = fill(action.port);
  const standard = port === (protocol === 'https' ? '443' : '80');
  const search = fill(action.query);
  const location = `${protocol}://${fill(action.host)}${standard ? '' : `:${port}`}${fill(action.path)}${search && `?${search}`}`;
  response.writeHead(action.statusCode, { Server: 'awselb/2.0', Location: location, 'Content-Length': 0 });
  response.end();
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
