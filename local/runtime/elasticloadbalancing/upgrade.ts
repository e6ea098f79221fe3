import http, { type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorPage } from './answers';
import { type Seen, toClient, toTarget } from './headers';
import type { Pool } from './pool';

/** Carries a request to change protocols (WebSocket) to a target and, once accepted, the bytes both ways. */
export function upgrade(
  request: IncomingMessage,
  client: Duplex,
  options: { head: Buffer; pool: Pool; seen: Seen },
): void {
  const member = options.pool.choose(new Set());
  const socketPath = member?.socketPath();
  if (!member || socketPath === undefined) return refuseRaw(client, 503);
  const headers = [
    ...toTarget(request, options.seen),
    'Connection',
    'Upgrade',
    'Upgrade',
    request.headers.upgrade ?? '',
  ];
  const upstream = http.request({ socketPath, method: request.method, path: request.url, headers, agent: false });
  const end = member.begin(() => client.destroy());
  client.once('close', () => {
    end();
    upstream.destroy();
  });
  client.on('error', () => client.destroy());
  upstream.once('upgrade', (answer, target, head) => {
    client.write(statusLine(answer) + rawLines(answer.rawHeaders));
    if (head.length > 0) client.write(head);
    if (options.head.length > 0) target.write(options.head);
    target.once('error', () => client.destroy());
    target.once('close', () => client.destroy());
    client.once('close', () => target.destroy());
    target.pipe(client).pipe(target);
    // The end of one side ends the other too: no protocol here uses half-open connections.
    client.once('end', () => target.end(() => target.destroy()));
    target.once('end', () => client.end(() => client.destroy()));
  });
  upstream.once('response', (answer) => {
    client.write(statusLine(answer) + rawLines([...toClient(answer.rawHeaders), 'Connection', 'close']));
    answer.pipe(client);
  });
  upstream.on('error', () => {
    if (!client.destroyed) refuseRaw(client, 502);
  });
  upstream.end();
}

function refuseRaw(client: Duplex, status: number): void {
  const { headers, body, reason } = errorPage(status);
  const lines = rawLines([...Object.entries(headers).flat().map(String), 'Connection', 'close']);
  client.end(`HTTP/1.1 ${status} ${reason}\r\n${lines}${body}`);
}

function statusLine(answer: IncomingMessage): string {
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
}

function rawLines(headers: readonly string[]): string {
  let lines = '';
  for (let index = 0; index < headers.length; index += 2) lines += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return `${lines}\r\n`;
}
