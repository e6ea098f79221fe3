import { rmSync } from 'node:fs';
import { createServer, type ListenOptions } from 'node:net';
import type { BootOrder } from '../channel';
import { relay } from '../relay';

const SOCKETS = '/run/host';

/** Connections to the endpoint, the metadata service and the proxy leave through sockets of the other side. */
export async function relayOutside({ endpointPort, metadata, proxyPort }: BootOrder): Promise<void> {
  await listen({ host: '127.0.0.1', port: endpointPort }, `${SOCKETS}/endpoint`);
  if (metadata) await listen({ host: '169.254.169.254', port: 80 }, `${SOCKETS}/metadata`);
  if (proxyPort !== undefined) await listen({ host: '127.0.0.1', port: proxyPort }, `${SOCKETS}/proxy`);
}

/** Connections from the other side reach `127.0.0.1:port`. */
export async function listenInside(port: number): Promise<void> {
  const path = `${SOCKETS}/port-${port}`;
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
