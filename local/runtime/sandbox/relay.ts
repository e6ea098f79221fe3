import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** Joins `client` to a new connection. A half-close is passed on; a refused or broken connection closes the other. */
export function relay(client: Socket, target: NetConnectOpts): void {
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true } as NetConnectOpts);
  tie(client, server);
  tie(server, client);
  client.pipe(server).pipe(client);
}

function tie(one: Socket, other: Socket): void {
  // Closing is how both errors and a refused connection reach the other side.
  one.on('error', () => other.destroy());
  one.on('close', () => {
    if (!one.readableEnded) other.destroy();
  });
}
