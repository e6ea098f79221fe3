import { linkSync, renameSync, symlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { relay } from './relay';
import type { SocketDirectory } from './socket-directory';

/** A server that keeps early clients waiting. */
interface WaitingServer {
  readonly server: Server;
  readonly waiting: Socket[];
}

/**
 * The sockets of one machine's ports. The init inside needs a moment until it listens on `port-N`, in a directory that
 * the machine shares. Until then a server of this process listens at `port-N` in a directory that it does not share, and
 * keeps early clients waiting. Then a link to the init's own socket replaces it, and nothing of this process is between a
 * client and the machine.
 */
export class PortSockets {
  private readonly servers = new Map<number, WaitingServer>();
  private readonly opened = new Set<number>();

  constructor(
    private readonly directory: SocketDirectory,
    private readonly inside: SocketDirectory,
    private readonly ask: (port: number) => void,
  ) {}

  /** Path to connect to, at once. */
  path(port: number): string {
    const path = join(this.directory.path, `port-${port}`);
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

  /** The init listens on `port` now. Throws if it does not: then something else inside has sent the message. */
  listening(port: number): void {
    const waiting = this.servers.get(port);
    if (!waiting) return;
    const socket = this.inside.pin(`port-${port}`);
    const path = join(this.directory.path, `port-${port}`);
    symlinkSync(socket, `${path}.inside`);
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
    this.directory.close();
    this.inside.close();
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
