import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** A server on a Unix socket, as an instance's service appears to the load balancer. */
export class ControllableTarget {
  readonly socketPath: string;
  /** Answers all other requests; `/health` answers by itself unless `unhealthy` is set. */
  handler: Handler = (_request, response) => response.end(this.id);
  unhealthy?: number;
  /** Every request but health checks. */
  readonly requests: http.IncomingMessage[] = [];
  /** When it was checked, in milliseconds of a clock that never jumps. */
  readonly checks: number[] = [];
  readonly sockets = new Set<Socket>();
  private readonly directory: string;
  private readonly server: http.Server;

  constructor(readonly id: string) {
    this.directory = mkdtempSync(join(tmpdir(), 'target-'));
    this.socketPath = join(this.directory, 'socket');
    this.server = http.createServer((request, response) => this.serve(request, response));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  start(): Promise<this> {
    return new Promise((resolve) => this.server.listen(this.socketPath, () => resolve(this)));
  }

  onUpgrade(listener: (request: http.IncomingMessage, socket: Socket) => void): void {
    this.server.on('upgrade', (request, socket) => listener(request, socket as Socket));
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.url === '/health') {
      this.checks.push(performance.now());
      response.statusCode = this.unhealthy ?? 200;
      return void response.end();
    }
    this.requests.push(request);
    this.handler(request, response);
  }
}
