import type { CommandPlace } from './place';

/** An argument of a command. */
export interface ArgumentSpec {
  readonly name: string;
  readonly text: string;
  readonly optional?: true;
  /** The only values that it can have. */
  readonly choices?: readonly string[];
}

/** An option of a command. */
export interface OptionSpec {
  readonly name: string;
  /** Name of its value, for the help; absent for a flag. */
  readonly value?: string;
  readonly text: string;
}

/** The headings under which the help lists the commands. */
export type CommandGroup = 'On this machine' | 'Watch' | 'Change' | 'Set up';

/** A command: the one source of its help, its parsing and its completion. */
export interface CommandSpec<Option extends string = string> {
  readonly group: CommandGroup;
  /** One line, for the list of all commands. */
  readonly summary: string;
  /** Further paragraphs of the command's help. */
  readonly details?: readonly string[];
  readonly arguments?: readonly ArgumentSpec[];
  /** Names of its options, beside those that every command has. */
  readonly options?: readonly Option[];
  /** True if the command exists for the run on this machine only. */
  readonly localOnly?: true;
  /** True if the command acts on no place. */
  readonly placeless?: true;
  /** Words after the command's name, and their effect. */
  readonly examples: readonly (readonly [words: string, text: string])[];
}

/** The commands of one room, by their names, with the options that they share. */
export interface CommandTable {
  readonly commands: Readonly<Record<string, CommandSpec>>;
  readonly options: Readonly<Record<string, Omit<OptionSpec, 'name'>>>;
}

/** A command line that was understood. */
export interface Request<Command extends string = string, Option extends string = string> {
  readonly command: Command;
  /** By the names of the command's arguments; those that were left out are absent. */
  readonly given: Readonly<Record<string, string>>;
  /** By the names of the options; a flag is `true`. */
  readonly options: Readonly<Partial<Record<Option, string | true>>>;
  readonly place: CommandPlace;
}
