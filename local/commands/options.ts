import { parseArgs } from 'node:util';
import { messageOf } from '../kernel/failure';
import { WrongUse } from './wrong-use';

export type Command = 'start' | 'status' | 'down';

/** Command line, as a person gave it. */
export interface Options {
  readonly command: Command;
  /** As given; undefined means this project's own. */
  readonly state?: string;
  readonly once: boolean;
  readonly fresh: boolean;
  /** 0 lets the machine choose. */
  readonly port?: number;
  readonly timeScale: number;
  /** Real seconds for which Verify watches that an environment goes on answering. */
  readonly stableSeconds: number;
  readonly verbose: boolean;
  readonly json: boolean;
  readonly env: boolean;
  /** Environment whose account and region `env` prints; undefined means the pipeline's. */
  readonly environment?: string;
  readonly help: boolean;
}

/** A minute of AWS's waiting passes in a second. */
export const DEFAULT_TIME_SCALE = 60;

/** An application's own clocks are not scaled: a service that crashes seconds after its start must have the time to. */
export const DEFAULT_STABLE_SECONDS = 5;

interface OptionText {
  readonly type: 'string' | 'boolean';
  readonly argument?: string;
  readonly text: string;
  readonly commands: readonly Command[];
}

const ALL: readonly Command[] = ['start', 'status', 'down'];

const OPTIONS: Record<string, OptionText> = {
  state: {
    type: 'string',
    argument: 'DIR',
    text: 'where the run keeps its state (default: .local in this project)',
    commands: ALL,
  },
  once: {
    type: 'boolean',
    text: 'run the pipeline once, end everything, and exit 0 only if it succeeded',
    commands: ['start'],
  },
  fresh: { type: 'boolean', text: 'forget the state of earlier runs first', commands: ['start'] },
  port: {
    type: 'string',
    argument: 'PORT',
    text: 'port of the AWS endpoint; 0 for any (default: 4566)',
    commands: ['start'],
  },
  'time-scale': {
    type: 'string',
    argument: 'N',
    text: `how many times faster AWS's waits pass (default: ${DEFAULT_TIME_SCALE}; 1 is AWS's own pace)`,
    commands: ['start'],
  },
  'stable-seconds': {
    type: 'string',
    argument: 'N',
    text: `how long Verify watches a new fleet, in real seconds (default: ${DEFAULT_STABLE_SECONDS})`,
    commands: ['start'],
  },
  verbose: { type: 'boolean', text: 'show stack events, logs and instance states too', commands: ['start'] },
  json: { type: 'boolean', text: 'print one JSON object', commands: ['status'] },
  env: {
    type: 'boolean',
    text: 'print the settings that point the AWS CLI and SDKs here, for a shell to evaluate',
    commands: ['status'],
  },
  environment: {
    type: 'string',
    argument: 'NAME',
    text: 'with --env: of the account and region in which this environment is',
    commands: ['status'],
  },
  help: { type: 'boolean', text: 'show this text', commands: ALL },
};

const ABOUT: Record<Command, string> = {
  start: 'Deploys the pipeline on this machine, runs it on HEAD, and stays up for the next push.',
  status: 'Tells what runs where. Exits 3 when nothing does.',
  down: 'Ends the run and everything it started. Its state is kept.',
};

/** Reads `argv` (without node and the script). Refuses what it does not know, naming the option. */
export function readOptions(argv: readonly string[]): Options {
  const [command = 'start', ...rest] = argv;
  if (!isCommand(command)) throw new WrongUse(`unknown command "${command}"`, `use one of ${ALL.join(', ')}`);
  const known = Object.fromEntries(
    Object.entries(OPTIONS)
      .filter(([, option]) => option.commands.includes(command))
      .map(([name, option]) => [name, { type: option.type }]),
  );
  const values = parse(rest, known, command);
  if (values['environment'] !== undefined && values['env'] !== true) {
    throw new WrongUse('option "--environment" needs --env', helpOf(command));
  }
  return {
    command,
    state: text(values, 'state'),
    once: values['once'] === true,
    fresh: values['fresh'] === true,
    port: number(values, 'port', { least: 0, most: 65535, whole: true }),
    timeScale: number(values, 'time-scale', { least: 0.01, most: 10_000, whole: false }) ?? DEFAULT_TIME_SCALE,
    stableSeconds: number(values, 'stable-seconds', { least: 0, most: 60, whole: false }) ?? DEFAULT_STABLE_SECONDS,
    verbose: values['verbose'] === true,
    json: values['json'] === true,
    env: values['env'] === true,
    environment: text(values, 'environment'),
    help: values['help'] === true,
  };
}

/** Returns the text of `--help`. */
export function usage(command: Command): string {
  const rows = Object.entries(OPTIONS).filter(([, option]) => option.commands.includes(command));
  const left = ([name, { argument }]: (typeof rows)[number]) => `  --${name}${argument ? ` ${argument}` : ''}`;
  const width = Math.max(...rows.map((row) => left(row).length));
  return [
    `usage: ${commandLine(command)} [options]`,
    '',
    ABOUT[command],
    '',
    ...rows.map((row) => `${left(row).padEnd(width)}  ${row[1].text}`),
  ].join('\n');
}

function isCommand(text: string): text is Command {
  return (ALL as readonly string[]).includes(text);
}

function commandLine(command: Command): string {
  return command === 'start' ? 'npm start --' : `npm run ${command} --`;
}

function helpOf(command: Command): string {
  return `see ${commandLine(command)} --help`;
}

/** Messages of Node.js about wrong use, and ours. */
const WRONG: readonly { words: RegExp; message(option: string): string }[] = [
  { words: /argument (missing|is ambiguous)/, message: (option) => `option "${option}" needs a value` },
  { words: /does not take an argument/, message: (option) => `option "${option}" takes no value` },
  { words: /Unexpected argument/, message: (word) => `unexpected argument "${word}"` },
];

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function parse(args: string[], options: Record<string, { type: 'string' | 'boolean' }>, command: Command): Values {
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    const text = messageOf(error);
    const option = /'([^' ]+)/.exec(text)?.[1] ?? args.join(' ');
    const message = WRONG.find(({ words }) => words.test(text))?.message(option) ?? `unknown option "${option}"`;
    throw new WrongUse(message, helpOf(command));
  }
}

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  if (value === '') throw new WrongUse(`option "--${name}" needs a value`);
  return typeof value === 'string' ? value : undefined;
}

function number(
  values: Values,
  name: string,
  { least, most, whole }: { least: number; most: number; whole: boolean },
): number | undefined {
  const value = text(values, name);
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (!(parsed >= least && parsed <= most) || (whole && !Number.isInteger(parsed))) {
    throw new WrongUse(
      `option "--${name}" must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not "${value}"`,
    );
  }
  return parsed;
}
