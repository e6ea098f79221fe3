import { parseArgs } from 'node:util';
import { WrongUse } from '../cli/refusal';
import { COMMANDS, type CommandName, OPTIONS, type OptionName } from './command-table';

/** Command line, as a person gave it. */
export interface Request {
  readonly command: CommandName;
  /** By the names of the command's arguments; those that were left out are absent. */
  readonly given: Readonly<Record<string, string>>;
  readonly options: Readonly<Partial<Record<OptionName, string | true>>>;
}

/** Reads `argv` (without node and the script). Refuses what it does not know, naming it. */
export function readRequest(argv: readonly string[]): Request {
  const [command = '', ...rest] = argv;
  const names = Object.keys(COMMANDS).join(', ');
  if (!isCommand(command))
    throw new WrongUse(`${command ? `unknown command "${command}"` : 'missing command'}\nuse one of ${names}`);
  const known = Object.fromEntries(optionsOf(command).map((name) => [name, { type: OPTIONS[name].type }]));
  const { values, positionals } = parse(command, rest, known);
  const options: Partial<Record<OptionName, string | true>> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'boolean') options[name as OptionName] = true;
    else if (value || name === 'local') options[name as OptionName] = value;
    else throw new WrongUse(`option "--${name}" needs a value`);
  }
  return { command, options, given: options.help ? {} : argumentsOf(command, positionals) };
}

/** Returns the text of `--help` without a command. */
export function overview(): string {
  const rows = (Object.keys(COMMANDS) as CommandName[]).map((command) => ({
    left: `  ${synopsis(command)}`,
    text: COMMANDS[command].about.split(/[:;.]/)[0],
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return ['Commands:', '', ...rows.map(({ left, text }) => `${left.padEnd(width)}  ${text}`), '', HELP_OF_EACH].join(
    '\n',
  );
}

const HELP_OF_EACH = '`npm run COMMAND -- --help` tells the rest of each.';

/** Returns the text of `--help` for a command. */
export function usage(command: CommandName): string {
  const { about, notes = [] } = COMMANDS[command];
  const rows = optionsOf(command).map((name) => {
    const { argument = '', text } = OPTIONS[name];
    return { left: `  --${name}${name === 'local' ? '[=DIR]' : argument && ` ${argument}`}`, text };
  });
  const width = Math.max(...rows.map(({ left }) => left.length));
  return [
    `usage: ${synopsis(command)}`,
    '',
    about,
    ...notes,
    '',
    ...rows.map(({ left, text }) => `${left.padEnd(width)}  ${text}`),
    '',
    'It asks AWS with your settings: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and what else the AWS SDK knows.',
    'Exit codes: 0 done, 1 failed or refused, 2 wrong use.',
  ].join('\n');
}

function synopsis(command: CommandName): string {
  const { takes = [] } = COMMANDS[command];
  const words = takes.map(({ name, optional }) => (optional ? `[${name}]` : name));
  return [`npm run ${command} --`, ...words, '[options]'].join(' ');
}

function optionsOf(command: CommandName): OptionName[] {
  const names = Object.keys(OPTIONS) as OptionName[];
  return names.filter((name) => OPTIONS[name].common || COMMANDS[command].options?.includes(name));
}

function argumentsOf(command: CommandName, positionals: readonly string[]): Record<string, string> {
  const { takes = [] } = COMMANDS[command];
  const needed = takes.filter(({ optional }) => !optional);
  if (positionals.length < needed.length) {
    throw new WrongUse(`missing argument ${needed[positionals.length]?.name}\nusage: ${synopsis(command)}`);
  }
  const extra = positionals[takes.length];
  if (extra !== undefined) throw new WrongUse(`unexpected argument "${extra}"\nusage: ${synopsis(command)}`);
  return Object.fromEntries(positionals.map((value, index) => [takes[index]?.name ?? '', value]));
}

function isCommand(text: string): text is CommandName {
  return Object.hasOwn(COMMANDS, text);
}

/** Messages of Node.js about wrong use, and ours. */
const WRONG: readonly { words: RegExp; message(option: string): string }[] = [
  { words: /argument (missing|is ambiguous)/, message: (option) => `option "${option}" needs a value` },
  { words: /does not take an argument/, message: (option) => `option "${option}" takes no value` },
];

function parse(command: CommandName, argv: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>) {
  // `--local` alone means this project's own state; a value has to be joined to it, or it could be an argument.
  const args = argv.map((word) => (word === '--local' ? '--local=' : word));
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const option = /'([^' ]+)/.exec(text)?.[1] ?? args.join(' ');
    const message = WRONG.find(({ words }) => words.test(text))?.message(option) ?? `unknown option "${option}"`;
    throw new WrongUse(`${message}\nsee npm run ${command} -- --help`);
  }
}
