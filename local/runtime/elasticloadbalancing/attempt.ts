import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from './answers';
import type { Seen } from './headers';
import type { RequestOutcome } from './measures';
import type { Member } from './member';

/** A client's request, its answer, and their record. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly seen: Seen;
  /** Milliseconds without a byte after which the target counts as silent. */
  readonly idleMs: number;
  /** Completed during the request. */
  readonly outcome: RequestOutcome;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
}

/** Connection to one target. */
export interface RequestRoute {
  readonly member: Member;
  readonly socketPath: string;
  /** Offers the request to another target. Nothing has reached this one: another may have the request. */
  unreachable(): void;
}

/** Refuses a request in the load balancer's own name. */
export function refuseOwn({ outcome, response }: Exchange, status: number): void {
  if (!response.headersSent) outcome.own = status;
  refuse(response, status);
}

/**
 * One attempt of a request at one target. It counts as in flight until its answer is complete or the client has
 * disconnected.
 */
export abstract class Attempt {
  /** True if the client has disconnected or was refused: the rest of the target's answer is dropped. */
  protected over = false;
  private readonly end: () => void;

  constructor(
    protected readonly exchange: Exchange,
    protected readonly route: RequestRoute,
  ) {
    const { response } = exchange;
    this.end = route.member.begin(() => response.destroy());
    response.once('close', this.clientGone);
  }

  abstract send(): void;

  /** Ends the request at the target. */
  protected abstract cut(): void;

  /** The target stays silent. */
  protected timedOut(): void {
    this.over = true;
    refuseOwn(this.exchange, 504);
  }

  /** Gives the request to another target. */
  protected giveUp(): void {
    this.leave();
    this.route.unreachable();
  }

  /** From here on another attempt has the request. */
  protected leave(): void {
    this.exchange.response.off('close', this.clientGone);
    this.end();
  }

  private readonly clientGone = (): void => {
    this.over = true;
    this.end();
    if (!this.exchange.response.writableFinished) this.cut();
  };
}
