import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { Attempt, refuseOwn } from './attempt';
import { hasBody, toClient, toTarget } from './headers';

/** A request on its own connection. Its body starts when the connection is open. */
export class OwnConnection extends Attempt {
  private upstream?: ClientRequest;

  override send(): void {
    const { request, response, seen, idleMs, outcome, monotonic } = this.exchange;
    outcome.chosen = true;
    const begun = monotonic();
    const upstream = http.request({
      agent: false,
      socketPath: this.route.socketPath,
      method: request.method,
      path: request.url,
      headers: toTarget(request, seen),
      timeout: idleMs,
    });
    this.upstream = upstream;
    let connected = false;
    const body = hasBody(request);
    const stands = () => {
      connected = true;
      if (body) request.pipe(upstream);
    };
    upstream.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', stands);
      else stands();
    });
    if (!body) upstream.end();
    upstream.once('response', (answer) => {
      outcome.target = { status: answer.statusCode ?? 502, seconds: (monotonic() - begun) / 1000 };
      this.answer(answer);
    });
    upstream.once('timeout', () => {
      this.timedOut();
      upstream.destroy();
    });
    upstream.on('error', () => {
      if (this.over || response.destroyed) return;
      if (response.headersSent) response.destroy();
      else if (connected) refuseOwn(this.exchange, 502);
      else this.giveUp();
    });
  }

  protected override cut(): void {
    this.upstream?.destroy();
  }

  private answer(answer: IncomingMessage): void {
    const { response } = this.exchange;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, toClient(answer.rawHeaders));
    answer.pipe(response);
    answer.once('error', () => response.destroy());
    answer.once('close', () => {
      if (!answer.complete) response.destroy();
    });
  }
}
