import { lookup } from 'node:dns/promises';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { getProxyForUrl } from 'proxy-from-env';
import { messageOf } from '../../kernel/failure';

/**
 * An HTTP proxy through which a build reaches other machines, and nothing on this one. It connects through the proxy of
 * this machine's user, if there is one.
 */
export function proxyServer(): Server {
  return createServer((request, response) => void forward(request, response)).on(
    'connect',
    (request: IncomingMessage, client: Duplex, head: Buffer) => void tunnel(request, client, head),
  );
}

/** A refusal, with its HTTP status. */
class Refused extends Error {
  constructor(
    readonly status: string,
    message: string,
  ) {
    super(message);
  }
}

/** Place to connect to. */
interface Target {
  readonly host: string;
  readonly port: number;
  /** The user's own proxy, which is connected to in place of the host. */
  readonly upstream?: URL;
}

async function tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
  client.on('error', () => client.destroy());
  try {
    const { host, port, upstream } = await targetOf(`https://${request.url}`, 443);
    const server = upstream ? connect(portOf(upstream), upstream.hostname) : connect(port, host);
    server.once('error', (error) => refuse(client, new Refused('502 Bad Gateway', messageOf(error))));
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
    server.once('connect', () => {
      // The user's proxy answers the request itself.
      if (upstream)
        server.write(`CONNECT ${request.url} HTTP/1.1\r\nHost: ${request.url}\r\n${credentials(upstream)}\r\n`);
      else client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.write(head);
      client.pipe(server).pipe(client);
    });
  } catch (error) {
    refuse(client, error);
  }
}

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { host, port, upstream } = await targetOf(request.url ?? '', 80);
    const url = new URL(request.url ?? '');
    const { 'proxy-connection': _connection, 'proxy-authorization': _authorization, ...headers } = request.headers;
    const authorization = upstream && authorizationOf(upstream);
    const onward = httpRequest({
      ...(upstream
        ? { host: upstream.hostname, port: portOf(upstream), path: request.url }
        : { host, port, path: url.pathname + url.search }),
      method: request.method,
      headers: { ...headers, host: url.host, ...(authorization && { 'proxy-authorization': authorization }) },
    });
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', (error) => answer(response, new Refused('502 Bad Gateway', messageOf(error))));
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  } catch (error) {
    answer(response, error);
  }
}

/** Throws `Refused` for an address of this machine, and for one that is no address. */
async function targetOf(address: string, defaultPort: number): Promise<Target> {
  if (!URL.canParse(address)) throw new Refused('400 Bad Request', `${address} is not an address`);
  const url = new URL(address);
  const port = Number(url.port || defaultPort);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const proxy = getProxyForUrl(address);
  const upstream = proxy ? new URL(proxy) : undefined;
  // The address that was checked is the one to connect to: a second look-up could answer differently.
  const found = await lookup(name).catch((error: unknown) => {
    if (upstream) return undefined;
    throw new Refused('502 Bad Gateway', messageOf(error));
  });
  if (found && isOfThisMachine(found.address)) {
    throw new Refused('403 Forbidden', `${name} is this machine, which a build cannot reach`);
  }
  return { host: found?.address ?? name, port, upstream };
}

function isOfThisMachine(address: string): boolean {
  const own = new BlockList();
  for (const [network, prefix] of [
    ['0.0.0.0', 8],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const)
    own.addSubnet(network, prefix, 'ipv4');
  own.addSubnet('fe80::', 10, 'ipv6');
  for (const found of ['::', '::1']) own.addAddress(found, 'ipv6');
  for (const found of Object.values(networkInterfaces()).flatMap((all) => all ?? []))
    own.addAddress(found.address, found.family === 'IPv6' ? 'ipv6' : 'ipv4');
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (!username) return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function credentials(upstream: URL): string {
  const authorization = authorizationOf(upstream);
  return authorization ? `Proxy-Authorization: ${authorization}\r\n` : '';
}

function refuse(client: Duplex, error: unknown): void {
  const { status, message } = asRefused(error);
  if (client.writable)
    client.end(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
  else (client as Socket).destroy();
}

function answer(response: ServerResponse, error: unknown): void {
  const { status, message } = asRefused(error);
  if (response.headersSent) return void response.destroy();
  response.writeHead(Number.parseInt(status, 10)).end(message);
}

function asRefused(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused('502 Bad Gateway', messageOf(error));
}
