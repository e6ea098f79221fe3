import { constants } from 'node:os';
import type { Restart, ServiceSettings } from './settings';

/** End of a unit's process: by itself, by a signal, or by a time-out. */
export type ProcessOutcome =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'timeout' };

/** systemd's `Result=` of a service. */
export type Result = 'success' | 'exit-code' | 'signal' | 'timeout' | 'resources' | 'start-limit-hit';

/** Exit statuses of systemd for a process that could not be started. */
export const CHDIR = 200;
export const EXEC = 203;
export const USER = 217;

const STATUS_NAMES: Readonly<Record<number, string>> = {
  0: 'SUCCESS',
  1: 'FAILURE',
  2: 'INVALIDARGUMENT',
  126: 'n/a',
  [CHDIR]: 'CHDIR',
  [EXEC]: 'EXEC',
  [USER]: 'USER',
};

/** Signals that end a daemon in good order. */
const CLEAN_SIGNALS: readonly string[] = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE'];

/** A oneshot's or a control command's signals are never clean. */
export function resultOf(outcome: ProcessOutcome, settings: ServiceSettings, daemon: boolean): Result {
  if (outcome.kind === 'timeout') return 'timeout';
  if (outcome.kind === 'exited') {
    return outcome.status === 0 || (daemon && listed(settings.successStatuses, outcome)) ? 'success' : 'exit-code';
  }
  return daemon && (CLEAN_SIGNALS.includes(outcome.signal) || listed(settings.successStatuses, outcome))
    ? 'success'
    : 'signal';
}

/** The table of systemd.service(5): which ends lead to a restart under which `Restart=`. */
const RESTARTS: Readonly<Record<Result, readonly Restart[]>> = {
  success: ['always', 'on-success'],
  'exit-code': ['always', 'on-failure'],
  signal: ['always', 'on-failure', 'on-abnormal', 'on-abort'],
  timeout: ['always', 'on-failure', 'on-abnormal'],
  resources: ['always', 'on-failure'],
  'start-limit-hit': [],
};

export function restarts(settings: ServiceSettings, result: Result, outcome: ProcessOutcome | undefined): boolean {
  if (outcome && listed(settings.preventRestart, outcome)) return false;
  return RESTARTS[result].includes(settings.restart);
}

function listed(statuses: readonly string[], outcome: ProcessOutcome): boolean {
  if (outcome.kind === 'timeout') return false;
  const names =
    outcome.kind === 'exited'
      ? [String(outcome.status), STATUS_NAMES[outcome.status]]
      : [outcome.signal, outcome.signal.replace(/^SIG/, ''), String(constants.signals[outcome.signal])];
  return statuses.some((status) => names.includes(status));
}

/** `code=exited, status=1/FAILURE`, in systemd's form. */
export function describe(outcome: ProcessOutcome): string {
  if (outcome.kind === 'timeout') return 'timeout';
  if (outcome.kind === 'exited')
    return `code=exited, status=${outcome.status}/${STATUS_NAMES[outcome.status] ?? 'n/a'}`;
  return `code=killed, status=${constants.signals[outcome.signal]}/${outcome.signal.replace(/^SIG/, '')}`;
}

/** `ExecMainCode` and `ExecMainStatus`: waitid's code, and the exit status or the signal's number. */
export function mainStatus(outcome: ProcessOutcome | undefined): { code: number; status: number } {
  if (outcome?.kind === 'exited') return { code: 1, status: outcome.status };
  if (outcome?.kind === 'killed') return { code: 2, status: constants.signals[outcome.signal] };
  return { code: 0, status: 0 };
}
