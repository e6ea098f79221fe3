import { rmSync } from 'node:fs';
import { createServer, type ListenOptions } from 'node:net';
import { relay } from '../relay';

const SOCKETS = '/run/host';

/** Connections to the endpoint and the metadata service leave through sockets of the other side. */
export async function relayOutside(endpointPort: number, metadata: boolean): Promise<void> {
  await listen({ host: '127.0.0.1', port: endpointPort }, `${SOCKETS}/endpoint`);
  if (metadata) await listen({ host: '169.254.169.254', port: 80 }, `${SOCKETS}/metadata`);
}

/** Connections from the other side reach `127.0.0.1:port`. */
export async function listenInside(port: number): Promise<void> {
  const path = `${SOCKETS}/port-${port}.inside`;
  rmSync(path, { force: true });
  await listen({ path }, { host: '127.0.0.1', port });
}

function listen(at: ListenOptions, target: string | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      relay(client, typeof target === 'string' ? { path: target } : target),
    )
      .once('error', reject)
      .listen({ backlog: 1024, ...at }, resolve);
  });
}
