import { Pool as Connections } from 'undici';
import type { Condition } from './health';
import { REGISTERED } from './health';

/** An idle connection is closed after this time, or earlier if the target's `Keep-Alive` header says so. */
const FREE_CONNECTION_MS = 60_000;

/** One target: its health, the requests it is working on, and the connections to it. */
export class Member {
  condition: Condition = REGISTERED;
  draining = false;
  /** The connections that are kept, by the socket that they lead to. */
  private readonly connections = new Map<string, Connections>();
  private readonly underWay = new Set<() => void>();
  private readonly onIdle = new Set<() => void>();

  constructor(
    readonly instanceId: string,
    readonly port: number,
    /** Returns the socket to connect to, or undefined while the instance is not there. */
    readonly socketPath: () => string | undefined,
  ) {}

  get requests(): number {
    return this.underWay.size;
  }

  /** The reused connections to a socket, and new ones if none is free. */
  kept(socketPath: string): Connections {
    const known = this.connections.get(socketPath);
    if (known) return known;
    const made = new Connections('http://target', { socketPath, pipelining: 1, keepAliveTimeout: FREE_CONNECTION_MS });
    this.connections.set(socketPath, made);
    return made;
  }

  /** Counts a request, or an upgraded connection, as under way until the returned function is called. */
  begin(abort: () => void): () => void {
    const entry = () => abort();
    this.underWay.add(entry);
    return () => {
      if (!this.underWay.delete(entry) || this.underWay.size > 0) return;
      for (const idle of [...this.onIdle]) idle();
    };
  }

  /** Calls `listener` once nothing is under way: at once, or later. Returns the way to forget it. */
  whenIdle(listener: () => void): () => void {
    if (this.underWay.size === 0) {
      listener();
      return () => {};
    }
    this.onIdle.add(listener);
    return () => this.onIdle.delete(listener);
  }

  /** Cuts requests in flight, and every connection. */
  close(): void {
    for (const abort of [...this.underWay]) abort();
    for (const connections of this.connections.values()) void connections.destroy();
  }
}
