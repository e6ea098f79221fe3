export type CommandName =
  | 'release'
  | 'stop'
  | 'retry'
  | 'approve'
  | 'reject'
  | 'rollback'
  | 'history'
  | 'explain'
  | 'capacity';

interface Argument {
  readonly name: string;
  readonly optional?: true;
}

interface CommandText {
  readonly about: string;
  /** Further lines of the help. */
  readonly notes?: readonly string[];
  readonly takes?: readonly Argument[];
  readonly options?: readonly OptionName[];
  /** It always changes something; on AWS it asks first. */
  readonly changes?: true;
}

interface OptionText {
  readonly type: 'string' | 'boolean';
  readonly argument?: string;
  readonly text: string;
  /** True if every command has the option. */
  readonly common?: true;
}

export type OptionName =
  | 'commit'
  | 'wait'
  | 'abandon'
  | 'reason'
  | 'all'
  | 'summary'
  | 'execution'
  | 'to'
  | 'limit'
  | 'yes'
  | 'pipeline'
  | 'local'
  | 'json'
  | 'help';

export const DEFAULT_LIMIT = 20;

export const OPTIONS: Readonly<Record<OptionName, OptionText>> = {
  commit: { type: 'string', argument: 'ID', text: 'this commit, and not the tip of the branch' },
  wait: { type: 'boolean', text: 'follow the execution to its end, and exit 0 only if it succeeded' },
  abandon: { type: 'boolean', text: 'do not wait for running actions; what they started on AWS runs on' },
  reason: { type: 'string', argument: 'TEXT', text: 'why, for the history (up to 200 characters)' },
  all: { type: 'boolean', text: 'all actions of the stage, and not only those that failed' },
  summary: { type: 'string', argument: 'TEXT', text: 'why, for the history (up to 512 characters)' },
  execution: { type: 'string', argument: 'ID', text: 'the execution that is meant; refuses when another one waits' },
  to: { type: 'string', argument: 'VERSION', text: 'this version, and not the good one before' },
  limit: { type: 'string', argument: 'N', text: `how many entries of each environment (default: ${DEFAULT_LIMIT})` },
  yes: { type: 'boolean', text: 'do not ask before changing something on AWS' },
  pipeline: {
    type: 'string',
    argument: 'NAME',
    text: 'the pipeline; needed only where there are several',
    common: true,
  },
  local: {
    type: 'string',
    text: 'the run on this machine, with its state in DIR (default: as npm start)',
    common: true,
  },
  json: { type: 'boolean', text: 'print one JSON value', common: true },
  help: { type: 'boolean', text: 'show this text', common: true },
};

const ENVIRONMENT: Argument = { name: 'ENV' };

export const COMMANDS: Readonly<Record<CommandName, CommandText>> = {
  release: {
    about: 'Starts the pipeline: on the tip of its branch, or on a commit of your choice.',
    options: ['commit', 'wait', 'yes'],
    changes: true,
  },
  stop: {
    about: 'Stops the execution that runs, when its running actions have ended.',
    takes: [{ name: 'EXECUTION', optional: true }],
    options: ['abandon', 'reason', 'yes'],
    changes: true,
  },
  retry: {
    about: 'Runs the failed stage of the latest failed execution again, in the same execution.',
    takes: [{ name: 'STAGE', optional: true }],
    options: ['all', 'wait', 'yes'],
    changes: true,
  },
  approve: {
    about: 'Approves what waits for the environment, and shows what that is.',
    takes: [ENVIRONMENT],
    options: ['summary', 'execution', 'yes'],
    changes: true,
  },
  reject: {
    about: 'Rejects what waits for the environment: its execution fails, and the environment stays as it is.',
    takes: [ENVIRONMENT],
    options: ['summary', 'execution', 'yes'],
    changes: true,
  },
  rollback: {
    about: 'Rolls the environment back to the good version before the one that serves, or to a version of your choice.',
    notes: ['Versions that were rolled back from are passed over. Other environments are not touched.'],
    takes: [ENVIRONMENT],
    options: ['to', 'wait', 'yes'],
    changes: true,
  },
  history: {
    about: 'Tells what was deployed when: version, commit, result, who approved, what was rolled back.',
    takes: [{ name: 'ENV', optional: true }],
    options: ['limit'],
  },
  explain: {
    about: 'Tells in one line why the execution failed, from the stack, build, image or log behind it.',
    notes: [
      'Without EXECUTION it is the latest that failed. What it may not read with your credentials, in an account of an',
      'environment for example, it names.',
    ],
    takes: [{ name: 'EXECUTION', optional: true }],
  },
  capacity: {
    about: 'Shows how many servers the environment has, or sets it: 0 puts it to sleep.',
    notes: [
      'It asks with your own credentials and region: for an environment in another account or region, use those',
      'of that place, and name the pipeline with --pipeline.',
    ],
    takes: [ENVIRONMENT, { name: 'N', optional: true }],
    options: ['yes'],
  },
};
