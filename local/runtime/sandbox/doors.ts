import { linkSync, renameSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { relay } from './relay';

interface Door {
  readonly server: Server;
  readonly waiting: Socket[];
}

/**
 * The sockets of one machine's ports. The init inside listens on `port-N.inside`, which takes it a moment; until then a
 * door of this side stands at `port-N` and lets those who came early in afterwards. Then the init's own socket takes
 * the door's place, and nothing of this process is between a client and the machine.
 */
export class Doors {
  private readonly doors = new Map<number, Door>();
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
    server.listen(`${path}.door`);
    linkSync(`${path}.door`, path);
    this.doors.set(port, { server, waiting });
    this.ask(port);
    return path;
  }

  /** The init listens on `port` now. */
  listening(port: number): void {
    const door = this.doors.get(port);
    if (!door) return;
    const path = join(this.directory, `port-${port}`);
    renameSync(`${path}.inside`, path);
    this.doors.delete(port);
    void letIn(door, path);
  }

  close(): void {
    for (const { server, waiting } of this.doors.values()) {
      server.close();
      for (const socket of waiting) socket.destroy();
    }
    this.doors.clear();
  }
}

/**
 * Passes on connections that arrived earlier; no new ones arrive. The event loop accepts one connection a turn, so the
 * socket closes after two turns without one.
 */
async function letIn({ server, waiting }: Door, path: string): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet++) {
    await new Promise(setImmediate);
    for (const socket of waiting.splice(0)) {
      relay(socket, { path });
      quiet = -1;
    }
  }
  server.close();
}
