import type { IncomingMessage } from 'node:http';
import { type Exchange, refuseOwn } from './attempt';
import { hasBody } from './headers';
import { KeptConnection } from './kept-connection';
import type { Member } from './member';
import { OwnConnection } from './own-connection';
import type { Pool } from './pool';

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
  const unreachable = () => forward(exchange, pool, tried.add(member));
  const socketPath = member.socketPath();
  if (socketPath === undefined) return unreachable();
  const Connection = replayable(exchange.request) ? KeptConnection : OwnConnection;
  new Connection(exchange, { member, socketPath, unreachable }).send();
}

/** True if a request may be sent twice: it is idempotent, has no body that would be used up, and names a resource. */
function replayable(request: IncomingMessage): boolean {
  return IDEMPOTENT.has(request.method ?? '') && !hasBody(request) && request.url?.[0] === '/';
}
