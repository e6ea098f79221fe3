import { linkSync, renameSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { relay } from './relay';

/** A server that keeps early clients waiting. */
interface WaitingServer {
  readonly server: Server;
  readonly waiting: Socket[];
}

/**
 * The sockets of one machine's ports. The init inside needs a moment until it listens on `port-N.inside`. Until then a
 * server of this process listens at `port-N`, and keeps early clients waiting. Then the init's own socket replaces it, and
 * nothing of this process is between a client and the machine.
 */
export class PortSockets {
  private readonly servers = new Map<number, WaitingServer>();
  private readonly opened = new Set<number>();

  constructor(
    private readonly directory: string,
    private readonly ask: (port: number) => void,
  ) {}

  /** Path to connect to, at once. */
  path(port: number): string {
    const path = join(this.directory, `port-${port}`);
    if (this.opened.has(port)) return path;
    this.opened.add(port);
    const waiting: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      waiting.push(socket.on('error', () => socket.destroy()));
    });
    // Under two names: closing a server removes the name that it was bound to.
    server.listen(`${path}.early`);
    linkSync(`${path}.early`, path);
    this.servers.set(port, { server, waiting });
    this.ask(port);
    return path;
  }

  /** The init listens on `port` now. */
  listening(port: number): void {
    const waiting = this.servers.get(port);
    if (!waiting) return;
    const path = join(this.directory, `port-${port}`);
    renameSync(`${path}.inside`, path);
    this.servers.delete(port);
    void connectWaiting(waiting, path);
  }

  close(): void {
    for (const { server, waiting } of this.servers.values()) {
      server.close();
      for (const socket of waiting) socket.destroy();
    }
    this.servers.clear();
  }
}

/**
 * Passes on connections that arrived earlier; no new ones arrive. The event loop accepts one connection a turn, so the
 * socket closes after two turns without one.
 */
async function connectWaiting({ server, waiting }: WaitingServer, path: string): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet++) {
    await new Promise(setImmediate);
    for (const socket of waiting.splice(0)) {
      relay(socket, { path });
      quiet = -1;
    }
  }
  server.close();
}
