import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { refuse } from './answers';
import { type Seen, toClient, toTarget } from './headers';
import type { Outcome } from './measures';
import type { Member } from './member';
import type { Pool } from './pool';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly seen: Seen;
  /** Milliseconds without a byte after which the target counts as silent. */
  readonly idleMs: number;
  /** Told of as the request goes on. */
  readonly outcome: Outcome;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
}

/** Methods that can be sent twice without harm (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Sends a request to the next target and its answer back, both streamed.
 *
 * No request is lost to a connection that the target has just closed: only requests that can be sent twice travel on
 * kept connections, and they are sent again, on a new connection, when the kept one ends before the first byte of an
 * answer. All others get a connection of their own, and their body starts when it stands; until then another target can
 * take them.
 */
export function forward(exchange: Exchange, pool: Pool, tried: Set<Member> = new Set()): void {
  const member = pool.choose(tried);
  if (!member) return refuseOwn(exchange, tried.size > 0 ? 502 : 503);
  const socketPath = member.socketPath();
  if (socketPath === undefined) return forward(exchange, pool, tried.add(member));
  const unreachable = () => forward(exchange, pool, tried.add(member));
  new Attempt(exchange, { member, socketPath, unreachable }).send(replayable(exchange.request));
}

/** Refuses a request in the load balancer's own name. */
function refuseOwn({ outcome, response }: Exchange, status: number): void {
  if (!response.headersSent) outcome.own = status;
  refuse(response, status);
}

/** Whether a request may be sent twice: it is idempotent and has no body that would be used up. */
function replayable(request: IncomingMessage): boolean {
  return IDEMPOTENT.has(request.method ?? '') && !hasBody(request);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

interface Route {
  readonly member: Member;
  readonly socketPath: string;
  /** Nothing has reached the target: another may have the request. */
  unreachable(): void;
}

/** One request on its way to one target. */
class Attempt {
  private readonly end: () => void;
  private upstream?: ClientRequest;
  private over = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly route: Route,
  ) {
    const { response } = exchange;
    this.end = route.member.begin(() => response.destroy());
    response.once('close', this.clientGone);
  }

  /** `kept`: whether a kept connection may be used. */
  send(kept: boolean): void {
    const { request, response, seen, idleMs, outcome, monotonic } = this.exchange;
    outcome.chosen = true;
    const begun = monotonic();
    const upstream = http.request({
      agent: kept ? this.route.member.agent : false,
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
      this.over = true;
      upstream.destroy();
      refuseOwn(this.exchange, 504);
    });
    upstream.on('error', () => {
      if (this.over || response.destroyed) return;
      if (response.headersSent) response.destroy();
      else if (!connected) this.giveUp();
      else if (kept && upstream.reusedSocket) this.send(false);
      else refuseOwn(this.exchange, 502);
    });
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

  private giveUp(): void {
    this.exchange.response.off('close', this.clientGone);
    this.end();
    this.route.unreachable();
  }

  /** The answer is complete, or the client has gone before: then the target need not go on. */
  private readonly clientGone = (): void => {
    this.over = true;
    this.end();
    if (!this.exchange.response.writableFinished) this.upstream?.destroy();
  };
}
