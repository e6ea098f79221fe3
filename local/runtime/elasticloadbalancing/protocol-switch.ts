import net, { type Socket } from 'node:net';
import type { Clock } from '../../kernel/clock';
import { UserMistake } from '../../kernel/failure';
import { answerToPlainText } from './answers';
import type { ListenerServer } from './listener-server';
import type { Protocol } from './records';

/** The first byte of every TLS connection: a record of the type handshake (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;
/** A client must send something within this time. */
const SILENCE_MS = 60_000;

/**
 * One port of 127.0.0.1, and the listeners behind it: one for HTTP, one for HTTPS, or both. On AWS they have separate
 * ports, which addresses without a port imply; here a load balancer's name contains its only port, so that `http://`
 * and `https://` lead to the same one. The client's first bytes distinguish them.
 */
export class ProtocolSwitch {
  private readonly netServer = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.admit(socket));
  private readonly servers = new Map<Protocol, ListenerServer>();
  private readonly undecided = new Set<Socket>();

  constructor(private readonly clock: Pick<Clock, 'limit'>) {}

  /** Throws a `UserMistake` if another program uses the port. */
  open(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.netServer.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(
          taken
            ? new UserMistake(`port ${port}`, 'another program uses it', 'end that program, or start with --fresh')
            : error,
        );
      });
      this.netServer.listen(port, '127.0.0.1', () => resolve());
    });
  }

  /** From now on a server serves all that speak its protocol. */
  lead(protocol: Protocol, server: ListenerServer): void {
    this.servers.set(protocol, server);
  }

  /** Closes a server. Returns whether another one is left. */
  shut(protocol: Protocol): boolean {
    this.servers.get(protocol)?.close();
    this.servers.delete(protocol);
    return this.servers.size > 0;
  }

  /** Takes no new connection and cuts those there are. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.netServer.close(() => resolve());
      for (const protocol of [...this.servers.keys()]) this.shut(protocol);
      for (const socket of this.undecided) socket.destroy();
    });
  }

  private admit(socket: Socket): void {
    const plain = this.servers.get('HTTP');
    // Only HTTP is served here, so there is no first byte to wait for.
    if (plain && !this.servers.has('HTTPS')) return plain.take(socket);
    this.undecided.add(socket);
    const gone = () => void socket.destroy();
    const cancel = this.clock.limit(SILENCE_MS, gone);
    socket.on('error', gone).on('end', gone);
    socket.once('close', () => {
      cancel();
      this.undecided.delete(socket);
    });
    const listen = (): void => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) return void socket.once('readable', listen);
      socket.unshift(first);
      cancel();
      this.undecided.delete(socket);
      socket.off('error', gone).off('end', gone);
      this.hand(socket, first[0] === TLS_HANDSHAKE ? 'HTTPS' : 'HTTP');
    };
    listen();
  }

  private hand(socket: Socket, protocol: Protocol): void {
    const server = this.servers.get(protocol);
    if (server) return server.take(socket);
    socket.on('error', () => socket.destroy());
    // The only remaining case is HTTP on a port that speaks HTTPS.
    socket.end(answerToPlainText(), () => socket.destroy());
    socket.resume();
  }
}
