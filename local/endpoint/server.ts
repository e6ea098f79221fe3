import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserMistake } from '../kernel/failure';
import { Exchange } from './exchange';
import type { EndpointOptions } from './options';

export interface Endpoint {
  /** `http://127.0.0.1:PORT`: an address, not a name, so that SDKs put S3's buckets into the path. */
  readonly url: string;
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** AWS SDKs keep connections for longer than Node.js does by default; a connection closed under them costs a retry. */
const KEEP_ALIVE_MS = 75_000;

/** A client that has begun a request sends its head within this time. A body may take long: a push over git. */
const HEADERS_MS = 20_000;

/** Listens on this machine only. Throws `UserMistake` if the port is in use. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const exchange = new Exchange(options);
  const limits = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, headersTimeout: HEADERS_MS };
  const server = createServer(limits, (request, response) => {
    void exchange.answer(request, response);
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UserMistake('--port', `port ${port} is already in use`, 'choose another, or 0 for any')
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
