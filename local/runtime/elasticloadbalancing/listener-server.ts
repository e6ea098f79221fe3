import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '../../kernel/clock';
import type { Ids } from '../../kernel/ids';
import { answerFixed, answerRedirect, errorPage, refuse } from './answers';
import { forward } from './forward';
import type { Seen } from './headers';
import type { RequestOutcome } from './measures';
import type { Pool } from './pool';
import type { Listener, ListenerAction } from './records';
import { upgrade } from './upgrade';

export interface ListenerServerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /**
   * Returns the listener. Each request asks again, because a listener can change while it serves.
   */
  listener(): Pick<Listener, 'actions' | 'localPort' | 'port'>;
  /** Returns the port on this machine of a listener of the load balancer. */
  localPort(port: number): number | undefined;
  pool(targetGroupArn: string): Pool | undefined;
  idleSeconds(): number;
  /** A request to a target group has ended. */
  count(targetGroupArn: string, outcome: RequestOutcome): void;
  /** Counts a client whose TLS handshake failed. */
  countTlsError(): void;
  /** The attribute `routing.http.drop_invalid_header_fields.enabled`. */
  dropsInvalidHeaders(): boolean;
}

/** Uploads may take as long as they make progress: there is no limit for a complete request, as on an ALB. */
const LIMITS = { requestTimeout: 0 };

/** The HTTP server of one listener, or the HTTPS server. A protocol switch passes it the connections. */
export class ListenerServer {
  private readonly server: http.Server | https.Server;
  /** Connections from the protocol switch, with those that have changed protocols. */
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly options: ListenerServerOptions,
    private readonly tls?: SecureContextOptions,
  ) {
    const serve = (request: http.IncomingMessage, response: http.ServerResponse) => this.serve(request, response);
    this.server = tls
      ? https.createServer({ ...LIMITS, ...tls, ALPNProtocols: ['http/1.1'] }, serve)
      : http.createServer(LIMITS, serve);
    this.server.keepAliveTimeout = options.idleSeconds() * 1000;
    // Node.js looks after clients that are too slow only once a server listens; here the protocol switch does it.
    this.server.emit('listening');
    this.server.on('upgrade', (request, socket, head) => {
      const action = this.action();
      const pool = action.type === 'forward' ? this.options.pool(action.targetGroupArn) : undefined;
      if (!pool) return void socket.destroy();
      upgrade(request, socket, { head, pool, seen: this.seen(request) });
    });
    this.server.on('tlsClientError', () => this.options.countTlsError());
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      // A client that has not sent HTTP gets no HTTP answer.
      const early = error.code === 'ECONNRESET' || error.code?.startsWith('ERR_SSL_');
      if (early || !socket.writable) return void socket.destroy();
      const { body, reason } = errorPage(400);
      socket.end(
        `HTTP/1.1 400 ${reason}\r\nServer: awselb/2.0\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
  }

  /** Serves a connection of which nothing has been used up yet. */
  take(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    this.server.emit('connection', socket);
  }

  /** Speaks TLS with this from the next connection on. */
  secure(tls: SecureContextOptions): void {
    if (this.server instanceof https.Server) this.server.setSecureContext(tls);
  }

  /** Cuts the connections there are. */
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private action(): ListenerAction {
    return this.options.listener().actions.at(-1)!;
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const action = this.action();
    switch (action.type) {
      case 'fixed-response':
        return answerFixed(response, action);
      case 'redirect':
        return answerRedirect(response, action, {
          protocol: this.protocol,
          host: request.headers.host ?? '127.0.0.1',
          port: this.options.listener().port,
          url: request.url ?? '/',
          localPort: (port) => this.options.localPort(port),
        });
      case 'forward': {
        const pool = this.options.pool(action.targetGroupArn);
        if (!pool) {
          this.options.count(action.targetGroupArn, { chosen: false, own: 503 });
          return refuse(response, 503);
        }
        const idleMs = this.options.idleSeconds() * 1000;
        const outcome: RequestOutcome = { chosen: false };
        response.once('close', () => this.options.count(action.targetGroupArn, outcome));
        const monotonic = () => this.options.clock.monotonic();
        return forward({ request, response, seen: this.seen(request), idleMs, outcome, monotonic }, pool);
      }
    }
  }

  private get protocol(): 'http' | 'https' {
    return this.tls ? 'https' : 'http';
  }

  private seen(request: http.IncomingMessage): Seen {
    const { clock, ids } = this.options;
    const seconds = () => Math.floor(clock.now().getTime() / 1000).toString(16);
    const trace = () => `1-${seconds()}-${ids.hex(24)}`;
    return {
      client: request.socket.remoteAddress ?? '',
      port: this.options.listener().localPort,
      protocol: this.protocol,
      dropInvalid: this.options.dropsInvalidHeaders(),
      trace,
    };
  }
}
