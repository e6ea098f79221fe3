import type { Request } from '../cli/command';
import type { CommandTarget } from '../cli/printed-command';
import type { Screen } from '../cli/screen';
import type { Clients } from './clients';
import type { Clock } from './clock';
import type { CommandName, OptionName } from './command-table';
import type { Pipeline } from './pipeline/pipeline';

export type ConsoleRequest = Request<CommandName, OptionName>;

/** Returns the target of a request, for further commands that act on the same one. */
export function targetOf({ place, options: { pipeline } }: Pick<ConsoleRequest, 'place' | 'options'>): CommandTarget {
  return { place, pipeline: typeof pipeline === 'string' ? pipeline : undefined };
}

/** Dependencies of a command. */
export interface Context {
  readonly clients: Clients;
  /** Returns clients for another region, with the same credentials. */
  clientsIn(region: string): Clients;
  readonly clock: Clock;
  readonly request: ConsoleRequest;
  /** Opens the pipeline of the request. It asks the account only when a command needs it. */
  pipeline(): Promise<Pipeline>;
  readonly screen: Screen;
  /** Prints a line of progress, for people only. */
  say(line: string): void;
}

/** Result of a command, for people and for programs. */
export interface CommandResult {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly data: unknown;
}

export type Command = (context: Context) => Promise<CommandResult>;
