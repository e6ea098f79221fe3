import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Identity } from './identity';

export const GREETING = 'Hello';

/** An HTTP server that reports when it may get requests, and stops without losing one. */
export interface Application {
  readonly server: Server;
  /** From now on `/health` answers that the service is ready. */
  ready(): void;
  /** Takes no new connection, lets the requests in flight finish, and resolves when the last has. */
  drain(): Promise<void>;
}

/** The service: `/` greets, `/health` is for the load balancer. */
export function createApplication(identity: Identity): Application {
  let state: 'starting' | 'ready' | 'draining' = 'starting';

  const server = createServer((request, response) => {
    // A client that keeps its connection would delay the drain, and its next request would fail.
    if (state === 'draining') response.setHeader('connection', 'close');
    route(request, response, { identity, ready: state === 'ready' });
  });
  // Longer than the load balancer's idle timeout (60 s), so that it never reuses a connection that closes here.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;

  return {
    server,
    ready: () => {
      state = 'ready';
    },
    drain: () =>
      new Promise((resolve, reject) => {
        state = 'draining';
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

function route(
  request: IncomingMessage,
  response: ServerResponse,
  { identity, ready }: { identity: Identity; ready: boolean },
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/health') return send(response, ready ? 200 : 503, ready ? 'ready' : 'not ready');
  if (pathname !== '/') return send(response, 404, 'not found');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(response, 405, 'method not allowed');
  }
  send(response, 200, greet(identity));
}

function greet({ imageVersion, commitId, environment, instanceId }: Identity): string {
  return [
    `${GREETING} from ${environment}`,
    `version ${imageVersion}`,
    `commit ${commitId}`,
    `instance ${instanceId}`,
  ].join('\n');
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}
