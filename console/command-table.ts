import type { CommandSpec, OptionSpec } from '../cli/command';

export type CommandName =
  | 'status'
  | 'runs'
  | 'logs'
  | 'watch'
  | 'history'
  | 'explain'
  | 'release'
  | 'approve'
  | 'reject'
  | 'rollback'
  | 'retry'
  | 'stop'
  | 'capacity';

export type OptionName =
  | 'abandon'
  | 'all'
  | 'commit'
  | 'env'
  | 'environment'
  | 'execution'
  | 'failed'
  | 'follow'
  | 'json'
  | 'limit'
  | 'pipeline'
  | 'reason'
  | 'summary'
  | 'to'
  | 'wait'
  | 'yes';

/** Entries that a list shows without `--limit`. */
export const DEFAULT_LIMIT = 20;

const YES = 'do not ask before changing something on AWS';
const WAIT = 'follow the execution to its end, and exit 0 only if it succeeded';

export const OPTIONS: Readonly<Record<OptionName, Omit<OptionSpec, 'name'>>> = {
  abandon: { text: 'do not wait for running actions; what they started on AWS continues' },
  all: { text: 'run all actions of the stage again, not only the failed ones' },
  commit: { value: 'ID', text: 'release this commit (default: the tip of the branch)' },
  env: { text: 'with --local: print the settings for the AWS CLI and SDKs, for a shell to evaluate' },
  environment: { value: 'NAME', text: "with --env: the settings of this environment's account and region" },
  execution: { value: 'ID', text: 'answer only if this execution is the one that waits' },
  failed: { text: 'only executions that failed' },
  follow: { text: 'print new lines until the execution ends' },
  json: { text: 'print one JSON value' },
  limit: { value: 'N', text: `entries to show, per environment if there are several (default: ${DEFAULT_LIMIT})` },
  pipeline: { value: 'NAME', text: 'name of the pipeline; needed only if there are several' },
  reason: { value: 'TEXT', text: 'reason, for the history (up to 200 characters)' },
  summary: { value: 'TEXT', text: 'reason, for the history (up to 512 characters)' },
  to: { value: 'VERSION', text: 'roll back to this image version (default: the good version before)' },
  wait: { text: WAIT },
  yes: { text: YES },
};

interface ConsoleCommand extends CommandSpec<OptionName> {
  /** It always changes something; on AWS it asks first. */
  readonly changes?: true;
}

const ENV = { name: 'ENV', text: 'name of the environment' } as const;
const EXECUTION = { name: 'EXECUTION', text: 'id of the execution, or its first characters' } as const;

/** The commands that read. */
const WATCH = {
  status: {
    group: 'Watch',
    summary: 'Show what runs where: pipeline, image versions, environments and their servers',
    details: ['With --local the exit code is 3 if no run is up.'],
    options: ['pipeline', 'json', 'env', 'environment'],
    examples: [
      ['', 'what AWS runs'],
      ['--local', 'what this machine runs'],
    ],
  },
  runs: {
    group: 'Watch',
    summary: 'List the executions of the pipeline, the latest first',
    options: ['failed', 'limit', 'pipeline', 'json'],
    examples: [
      ['', 'the latest 20 executions'],
      ['--failed --limit 5', 'the latest 5 that failed, and the action that failed in each'],
    ],
  },
  logs: {
    group: 'Watch',
    summary: 'Print the logs of an execution, of one of its actions, or of the servers of an environment',
    details: [
      'Prints build logs, function logs, Image Builder logs and stack events. Without EXECUTION: those of the latest execution. The log of a server is its console output.',
    ],
    arguments: [
      { name: 'EXECUTION|ENV', text: 'id of the execution or its first characters, or an environment', optional: true },
      { name: 'ACTION', text: 'name of an action of the execution', optional: true },
    ],
    options: ['follow', 'pipeline', 'json'],
    examples: [
      ['--follow', 'all logs of the latest execution, until it ends'],
      ['3f2a91c0 Compile', 'the log of one build'],
      ['prod', 'the console output of the servers of prod'],
    ],
  },
  watch: {
    group: 'Watch',
    summary: 'Watch the stages and actions of the pipeline until Ctrl-C',
    details: ['On a terminal the view is redrawn in place; elsewhere each change is a line.'],
    options: ['pipeline'],
    examples: [['--local', 'watch the run on this machine']],
  },
  history: {
    group: 'Watch',
    summary: 'Show what was deployed when: version, commit, result, approver, rollbacks',
    arguments: [{ ...ENV, optional: true }],
    options: ['limit', 'pipeline', 'json'],
    examples: [
      ['', 'all environments'],
      ['prod --limit 5', 'the latest 5 deployments to prod'],
    ],
  },
  explain: {
    group: 'Watch',
    summary: 'Show in one line why an execution failed',
    details: [
      'The reason comes from the stack, build, image or log behind the failure. Without EXECUTION: the latest execution that failed. Names what your credentials may not read, in the account of an environment for example.',
    ],
    arguments: [{ ...EXECUTION, optional: true }],
    options: ['pipeline', 'json'],
    examples: [
      ['', 'the latest failure'],
      ['3f2a91c0', 'the failure of this execution'],
    ],
  },
} satisfies Record<string, ConsoleCommand>;

/** The commands that change something. */
const CHANGE = {
  release: {
    group: 'Change',
    summary: 'Start the pipeline on the tip of its branch or on a commit of your choice',
    options: ['commit', 'wait', 'pipeline', 'yes', 'json'],
    changes: true,
    examples: [
      ['--wait', 'release the tip of the branch and follow it'],
      ['--commit 5d41402a', 'release an older commit again'],
    ],
  },
  approve: {
    group: 'Change',
    summary: 'Approve the release that waits for an environment, and show what it is',
    arguments: [ENV],
    options: ['summary', 'execution', 'pipeline', 'yes', 'json'],
    changes: true,
    examples: [['prod --summary "tested on qa"', 'approve, with a reason for the history']],
  },
  reject: {
    group: 'Change',
    summary: 'Reject the release that waits for an environment; the environment stays as it is',
    arguments: [ENV],
    options: ['summary', 'execution', 'pipeline', 'yes', 'json'],
    changes: true,
    examples: [['prod --summary "not on a Friday"', 'reject, with a reason for the history']],
  },
  rollback: {
    group: 'Change',
    summary: 'Roll an environment back to the good version before the current one, or to another version',
    details: ['Skips versions that were rolled back before. Does not change other environments.'],
    arguments: [ENV],
    options: ['to', 'wait', 'pipeline', 'yes', 'json'],
    changes: true,
    examples: [
      ['prod --wait', 'roll back one good version and follow it'],
      ['prod --to 1.0.6', 'roll back to this version'],
    ],
  },
  retry: {
    group: 'Change',
    summary: 'Run the failed stage of the latest failed execution again, in the same execution',
    arguments: [{ name: 'STAGE', text: 'name of the failed stage, if several failed', optional: true }],
    options: ['all', 'wait', 'pipeline', 'yes', 'json'],
    changes: true,
    examples: [['--wait', 'retry and follow it']],
  },
  stop: {
    group: 'Change',
    summary: 'Stop an execution after its running actions have ended',
    arguments: [{ ...EXECUTION, optional: true }],
    options: ['abandon', 'reason', 'pipeline', 'yes', 'json'],
    changes: true,
    examples: [['--reason "wrong branch"', 'stop the only execution that runs']],
  },
  capacity: {
    group: 'Change',
    summary: 'Show or set the number of servers of an environment; 0 puts it to sleep',
    details: [
      'Uses your own credentials and region. For an environment in another account or region, use credentials and region of that place, and give --pipeline.',
    ],
    arguments: [ENV, { name: 'N', text: 'number of servers', optional: true }],
    options: ['pipeline', 'yes', 'json'],
    examples: [
      ['qa', 'show the number of servers'],
      ['qa 0', 'put qa to sleep'],
    ],
  },
} satisfies Record<string, ConsoleCommand>;

export const COMMANDS: Readonly<Record<CommandName, ConsoleCommand>> = { ...WATCH, ...CHANGE };
