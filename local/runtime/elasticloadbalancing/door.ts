import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock';
import { UserMistake } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import { answerFixed, answerRedirect, errorPage, refuse } from './answers';
import { forward } from './forward';
import type { Seen } from './headers';
import type { Outcome } from './measures';
import type { Pool } from './pool';
import type { Action } from './records';
import { upgrade } from './upgrade';

export interface DoorOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** What to do with a request, asked for each one: a listener can be changed while it serves. */
  action(): Action;
  pool(targetGroupArn: string): Pool | undefined;
  idleSeconds(): number;
  /** A request to a target group has ended. */
  count(targetGroupArn: string, outcome: Outcome): void;
  /** The attribute `routing.http.drop_invalid_header_fields.enabled`. */
  dropsInvalidHeaders(): boolean;
}

/** The HTTP server of one listener, on 127.0.0.1. */
export class Door {
  private readonly server: http.Server;
  private port = 0;
  /** Connections that have changed protocols; the server knows nothing of them any more. */
  private readonly upgraded = new Set<Duplex>();

  constructor(private readonly options: DoorOptions) {
    // Uploads may take as long as they keep coming: no limit on the whole request, as an ALB has none.
    this.server = http.createServer({ requestTimeout: 0 });
    this.server.on('request', (request, response) => this.serve(request, response));
    this.server.on('upgrade', (request, socket, head) => {
      const action = this.options.action();
      const pool = action.type === 'forward' ? this.options.pool(action.targetGroupArn) : undefined;
      if (!pool) return void socket.destroy();
      this.upgraded.add(socket);
      socket.once('close', () => this.upgraded.delete(socket));
      upgrade(request, socket, { head, pool, seen: this.seen(request) });
    });
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const { body, reason } = errorPage(400);
      socket.end(
        `HTTP/1.1 400 ${reason}\r\nServer: awselb/2.0\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
  }

  /** Opens at a port (0: any) and resolves with the one it has. Throws a `UserMistake` where another program has it. */
  open(port: number): Promise<number> {
    this.server.keepAliveTimeout = this.options.idleSeconds() * 1000;
    return new Promise((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(
          taken
            ? new UserMistake(`port ${port}`, 'another program uses it', 'end that program, or start with --fresh')
            : error,
        );
      });
      this.server.listen(port, '127.0.0.1', () => {
        this.port = (this.server.address() as AddressInfo).port;
        resolve(this.port);
      });
    });
  }

  /** Takes no new connection and cuts those there are. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
      for (const socket of this.upgraded) socket.destroy();
    });
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const action = this.options.action();
    switch (action.type) {
      case 'fixed-response':
        return answerFixed(response, action);
      case 'redirect': {
        const from = { host: request.headers.host ?? '127.0.0.1', port: this.port, url: request.url ?? '/' };
        return answerRedirect(response, action, from);
      }
      case 'forward': {
        const pool = this.options.pool(action.targetGroupArn);
        if (!pool) {
          this.options.count(action.targetGroupArn, { chosen: false, own: 503 });
          return refuse(response, 503);
        }
        const idleMs = this.options.idleSeconds() * 1000;
        const outcome: Outcome = { chosen: false };
        response.once('close', () => this.options.count(action.targetGroupArn, outcome));
        const monotonic = () => this.options.clock.monotonic();
        return forward({ request, response, seen: this.seen(request), idleMs, outcome, monotonic }, pool);
      }
    }
  }

  private seen(request: http.IncomingMessage): Seen {
    const { clock, ids } = this.options;
    const seconds = () => Math.floor(clock.now().getTime() / 1000).toString(16);
    const trace = () => `1-${seconds()}-${ids.hex(24)}`;
    return {
      client: request.socket.remoteAddress ?? '',
      port: this.port,
      dropInvalid: this.options.dropsInvalidHeaders(),
      trace,
    };
  }
}
