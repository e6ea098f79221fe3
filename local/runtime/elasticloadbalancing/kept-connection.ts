import { type Dispatcher, errors } from 'undici';
import { Attempt } from './attempt';
import { toClient, toTarget } from './headers';
import { OwnConnection } from './own-connection';

/** Errors of the connection pool itself: the request was not sent. */
const NOT_SENT = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);

/** A request on a reused connection, for requests that can be repeated: a lost one is sent again. */
export class KeptConnection extends Attempt implements Dispatcher.DispatchHandler {
  private controller?: Dispatcher.DispatchController;
  private begun = 0;

  override send(): void {
    const { request, seen, idleMs, outcome, monotonic } = this.exchange;
    const { member, socketPath } = this.route;
    outcome.chosen = true;
    this.begun = monotonic();
    member.kept(socketPath).dispatch(
      {
        method: request.method as Dispatcher.HttpMethod,
        path: request.url ?? '/',
        headers: toTarget(request, seen),
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
      },
      this,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.over) this.cut();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    ...[, statusMessage]: [headers: unknown, statusMessage?: string]
  ): void {
    if (isInterim(status) || this.over) return;
    const { response, outcome, monotonic } = this.exchange;
    outcome.target = { status, seconds: (monotonic() - this.begun) / 1000 };
    const rawHeaders = (controller.rawHeaders ?? []) as readonly (Buffer | string)[];
    response.writeHead(status, statusMessage, toClient(rawHeaders.map(asText)));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.exchange;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.exchange.response.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    const { response } = this.exchange;
    if (this.over || response.destroyed) return;
    if (response.headersSent) return void response.destroy();
    if (error instanceof errors.HeadersTimeoutError) return this.timedOut();
    if (notSent(error)) return this.giveUp();
    const again = new OwnConnection(this.exchange, this.route);
    this.leave();
    again.send();
  }

  protected override cut(): void {
    this.controller?.abort(new errors.RequestAbortedError());
  }
}

/** `103 Early Hints` and the like, which a proper answer follows. */
function isInterim(status: number): boolean {
  return status < 200;
}

/** Headers are bytes of ISO 8859-1 (RFC 9110, 5.5). */
function asText(header: Buffer | string): string {
  return typeof header === 'string' ? header : header.toString('latin1');
}

function notSent(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'connect' || NOT_SENT.has(error.code ?? '');
}
