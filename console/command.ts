import type { Clients } from './clients';
import type { Clock } from './clock';
import type { Request } from './options';
import type { Pipeline } from './pipeline';

/** Everything that a command works with. */
export interface Context {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly request: Request;
  /** The pipeline that is meant: asked of the account only when a command needs it. */
  pipeline(): Promise<Pipeline>;
  /** A line of progress, for people only. */
  say(line: string): void;
}

/** Result of a command, for people and for programs. */
export interface Answer {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly data: unknown;
}

export type Command = (context: Context) => Promise<Answer>;
