import { Command, CommanderError, Option } from 'commander';
import type { CommandSpec, CommandTable, OptionSpec, Request } from './command';
import type { CommandPlace } from './place';
import { PROGRAM } from './printed-command';
import { WrongUse } from './refusal';

/** A command line that was read: a text to print, or a request to run. */
export type ReadLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'request'; readonly request: Request };

/** Options that choose the place on which a command acts. */
const PLACE_OPTIONS: readonly OptionSpec[] = [
  { name: 'local', text: 'the run on this machine, instead of AWS' },
  { name: 'state', value: 'DIR', text: 'the run on this machine whose state is in DIR (default: .local)' },
];

const EXIT_CODES = 'Exit codes: 0 done, 1 failed or refused, 2 wrong use.';
const OVERVIEW = `The commands act on AWS, with the usual settings (AWS_PROFILE, AWS_REGION …), or with --local on the run on this
machine. \`${PROGRAM} COMMAND --help\` shows examples.`;

/** Reads `argv` (without node and the script). Throws `WrongUse` with the mistake and the remedy. */
export function readCommandLine(argv: readonly string[], tables: readonly CommandTable[], version: string): ReadLine {
  let text = '';
  let request: Request | undefined;
  const program = new Command(PROGRAM).exitOverride().configureOutput({
    writeOut: (written) => {
      text += written;
    },
    writeErr: () => undefined,
  });
  program
    .description('Releases, watches and rolls back immutable servers.')
    .version(version, '--version', 'print the version');
  program.addHelpText('after', `\n${OVERVIEW}`).helpOption('--help', 'show this text').usage('COMMAND [options]');
  const help = new Command('help').argument('[COMMAND]').summary('Show the help of a command');
  program.addHelpCommand(help.helpGroup('Set up:'));
  program.configureHelp({ subcommandTerm: termOf });
  for (const { commands, options } of tables) {
    for (const [name, spec] of Object.entries(commands)) {
      const described = { name, spec, options: optionsOf(spec, options) };
      const command = describe(program.command(name), described);
      command.action(() => {
        request = requestOf(command, described, argv);
      });
    }
  }
  try {
    // Without a command, print the help.
    program.parse(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text: text.trimEnd() };
    throw wrongUse(error, program, argv);
  }
  if (!request) throw new Error('commander ran no command');
  return { kind: 'request', request };
}

/** Returns all options of a command, those of its place included. */
export function optionsOf(spec: CommandSpec, options: CommandTable['options']): OptionSpec[] {
  const own = (spec.options ?? []).map((name) => {
    const option = options[name];
    if (!option) throw new Error(`a command has the option --${name}, which its table does not define`);
    return { name, ...option };
  });
  return [...own, ...(spec.placeless ? [] : PLACE_OPTIONS)];
}

/** Returns the term of a command in the list of all commands, without `[options]`. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  return [command.name(), ...words].join(' ');
}

interface Described {
  readonly name: string;
  readonly spec: CommandSpec;
  readonly options: readonly OptionSpec[];
}

function describe(command: Command, { name, spec, options }: Described): Command {
  const { summary, details = [], examples } = spec;
  command
    .helpGroup(`${spec.group}:`)
    .summary(summary)
    .description([`${summary}.`, ...details].join('\n\n'));
  command.helpOption('--help', 'show this text').allowExcessArguments();
  for (const { name: argument, text, optional, choices } of spec.arguments ?? []) {
    const values = choices ? `: ${choices.join(', ')}` : '';
    command.argument(optional ? `[${argument}]` : `<${argument}>`, `${text}${values}`);
  }
  for (const option of options) {
    const flags = option.value === undefined ? `--${option.name}` : `--${option.name} <${option.value}>`;
    command.addOption(new Option(flags, option.text));
  }
  const lines = examples.map(([words, text]) => [[PROGRAM, name, words].filter(Boolean).join(' '), text] as const);
  const width = Math.max(...lines.map(([line]) => line.length));
  return command.addHelpText(
    'after',
    ['', 'Examples:', ...lines.map(([line, text]) => `  ${line.padEnd(width)}  ${text}`), '', EXIT_CODES].join('\n'),
  );
}

function requestOf(command: Command, { spec, options }: Described, argv: readonly string[]): Request {
  const takes = spec.arguments ?? [];
  const extra = command.args[takes.length];
  if (extra !== undefined) throw new WrongUse(`unexpected argument "${extra}"`, helpOf(command.name()));
  const given = Object.fromEntries(command.args.map((value, index) => [takes[index]?.name ?? '', value]));
  for (const { name, choices } of takes) {
    const value = given[name];
    if (value !== undefined && choices && !choices.includes(value))
      throw new WrongUse(
        `argument ${name} must be one of ${choices.join(', ')}, not "${value}"`,
        helpOf(command.name()),
      );
  }
  const { local, state, ...values } = valuesOf(command, options, argv);
  return {
    command: command.name(),
    given,
    options: values,
    place: placeOf(spec, local === true, typeof state === 'string' ? state : undefined),
  };
}

function valuesOf(command: Command, options: readonly OptionSpec[], argv: readonly string[]) {
  const values: Record<string, string | true> = {};
  for (const { name } of options) {
    const given: unknown = command.getOptionValue(new Option(`--${name}`).attributeName());
    // Commander reads `--no-NAME` as the value false of NAME.
    const value = name.startsWith('no-') ? given === false : given;
    if (typeof value !== 'string' && value !== true) continue;
    // Commander takes the option after one that needs a value as its value.
    const isOption = typeof value === 'string' && value.startsWith('--') && !argv.includes(`--${name}=${value}`);
    if (value === '' || isOption) throw needsValue(`--${name}`, command.name());
    values[name] = value;
  }
  return values;
}

function placeOf({ localOnly }: CommandSpec, local: boolean, state: string | undefined): CommandPlace {
  if (state !== undefined) return { kind: 'local', state };
  return local || localOnly ? { kind: 'local' } : { kind: 'aws' };
}

/** Rewrites an error of commander: the mistake with its word in double quotes, then the remedy. */
function wrongUse({ code, message }: CommanderError, program: Command, argv: readonly string[]): WrongUse {
  const word = /'([^' ]+)/.exec(message)?.[1] ?? '';
  const command = program.commands.find((each) => each.name() === argv[0]);
  const help = helpOf(command?.name());
  const similar = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1]?.replaceAll(', ', ' or ');
  switch (code) {
    case 'commander.unknownCommand':
      return new WrongUse(`unknown command "${word}"`, similar ? `did you mean "${similar}"?` : help);
    case 'commander.unknownOption': {
      const [flag = '', value] = word.split('=');
      const isKnown = command?.options.some(({ long }) => long === flag);
      if (isKnown) {
        const remedy = flag === '--local' ? `use --state ${value}` : help;
        return new WrongUse(`option "${flag}" takes no value`, remedy);
      }
      return new WrongUse(`unknown option "${flag}"`, similar ? `did you mean "${similar}"?` : help);
    }
    case 'commander.missingArgument':
      return new WrongUse(`missing argument ${word}`, help);
    case 'commander.optionMissingArgument':
      return needsValue(word, command?.name());
    default:
      return new WrongUse(message.replace(/^error: /, ''), help);
  }
}

function needsValue(flag: string, command: string | undefined): WrongUse {
  return new WrongUse(`option "${flag}" needs a value`, helpOf(command));
}

/** Returns the remedy of a mistake that names no other. */
function helpOf(command?: string): string {
  return `see ${[PROGRAM, command, '--help'].filter(Boolean).join(' ')}`;
}
