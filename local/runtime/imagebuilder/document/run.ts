import type { ComponentDocument, Json, Phase, Step } from './document';

/**
 * State of a run, computed from the document and the results so far. Nothing here touches a machine:
 *
 *     next(document, run) ──► decide ──► list ──► act ──► … ──► end
 *                               │         │        │
 *     advance(document, run, answer) ◄────┴────────┘
 *
 * A `Run` is plain JSON: written down before a reboot, it goes on after it.
 */
export interface DocumentRun {
  /** Names of the phases to run, in the document's order. */
  readonly phases: readonly string[];
  /** The next or current step, in the chosen phases. */
  readonly phase: number;
  readonly step: number;
  /** Its `if` was decided; that happens once, even across a reboot (D7). */
  readonly decided: boolean;
  readonly attempt: number;
  /** The loop's values, fixed when the loop is entered (D8). */
  readonly values?: readonly string[];
  readonly iteration: number;
  /** Outputs of the iterations of this attempt that succeeded. */
  readonly outputs: readonly Outputs[];
  readonly reboots: number;
  readonly aborted: boolean;
  readonly records: readonly StepRecord[];
}

export type Outputs = Readonly<Record<string, string>>;

/** A finished step. */
export interface StepRecord {
  readonly phase: string;
  readonly step: string;
  readonly action: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly message?: string;
  /** References replaced. In a loop: of the last iteration. */
  readonly inputs: Json;
  /** In a loop: those of all iterations, joined by newlines. */
  readonly outputs: Outputs;
}

export type StepStatus = 'Success' | 'Failed' | 'IgnoredFailure' | 'Skipped';
export type RunStatus = 'Success' | 'Failed' | 'SuccessWithIgnoredFailure';

export interface Iteration {
  readonly index: number;
  readonly value: string;
}

/** Next step of a run. */
export type NextStep =
  | { readonly kind: 'decide'; readonly phase: Phase; readonly step: Step }
  /** Replace references in these strings. */
  | { readonly kind: 'list'; readonly phase: Phase; readonly step: Step; readonly strings: readonly string[] }
  | {
      readonly kind: 'act';
      readonly phase: Phase;
      readonly step: Step;
      readonly attempt: number;
      readonly iteration?: Iteration;
    }
  | { readonly kind: 'end'; readonly status: RunStatus };

export type StepAnswer =
  | { readonly kind: 'decided'; readonly holds: boolean }
  | { readonly kind: 'listed'; readonly strings: readonly string[] }
  | { readonly kind: 'succeeded'; readonly inputs: Json; readonly outputs: Outputs }
  | { readonly kind: 'failed'; readonly inputs: Json; readonly message: string }
  | { readonly kind: 'timed-out'; readonly inputs: Json }
  /** Exit code 194 runs the same step again, the Reboot action goes on with the next one (D11). */
  | { readonly kind: 'rebooting'; readonly resume: 'same-step' | 'next-step'; readonly inputs: Json };

/** Systems Manager's limit of retries, after which a rebooting step has failed. */
export const MOST_REBOOTS = 15;

/** A run of `phases`; `earlier` are the steps of phases that this document ran before in the same stage, to chain to. */
export function begin(
  document: ComponentDocument,
  phases: readonly string[],
  earlier: readonly StepRecord[] = [],
): DocumentRun {
  const chosen = document.phases.map((phase) => phase.name).filter((name) => phases.includes(name));
  return { phases: chosen, phase: 0, reboots: 0, aborted: false, records: earlier, ...AT_START, step: 0 };
}

const AT_START = { decided: false, attempt: 1, iteration: 0, outputs: [], values: undefined } as const;

export function next(document: ComponentDocument, run: DocumentRun): NextStep {
  const here = current(document, run);
  if (!here || run.aborted) return { kind: 'end', status: statusOf(run) };
  const { step } = here;
  if (step.condition && !run.decided) return { kind: 'decide', ...here };
  if (!step.loop) return { kind: 'act', ...here, attempt: run.attempt };
  if (!run.values) return { kind: 'list', ...here, strings: stringsOf(step) };
  const value = run.values[run.iteration] ?? '';
  return { kind: 'act', ...here, attempt: run.attempt, iteration: { index: run.iteration, value } };
}

/** Returns the run after `answer` to the question of `next`. */
export function advance(document: ComponentDocument, run: DocumentRun, answer: StepAnswer): DocumentRun {
  const here = current(document, run);
  if (!here) throw new Error('the run has ended');
  switch (answer.kind) {
    case 'decided': {
      const branch = answer.holds ? here.step.condition?.whenTrue : here.step.condition?.whenFalse;
      if (branch === 'Skip') return finish(document, run, { status: 'Skipped', inputs: null, outputs: {} });
      if (branch === 'Abort') {
        const message = `its condition is ${answer.holds} and says Abort`;
        return finish(document, run, { status: 'Failed', message, inputs: null, outputs: {} });
      }
      return { ...run, decided: true };
    }
    case 'listed': {
      const values = loopValues(here.step, answer.strings);
      if (values.length === 0) return finish(document, run, { status: 'Success', inputs: null, outputs: {} });
      return { ...run, values };
    }
    case 'succeeded':
      return succeed(document, run, answer);
    case 'failed':
      return fail(document, run, { message: failureMessage(run, answer.message), inputs: answer.inputs });
    case 'timed-out': {
      const message = `${run.values ? 'the loop' : 'the step'} timed out after ${here.step.timeoutSeconds} seconds`;
      return fail(document, run, { message, inputs: answer.inputs });
    }
    case 'rebooting': {
      const rebooted = { ...run, reboots: run.reboots + 1 };
      if (rebooted.reboots > MOST_REBOOTS) {
        return fail(document, rebooted, { message: `more than ${MOST_REBOOTS} reboots`, inputs: answer.inputs });
      }
      return answer.resume === 'same-step'
        ? rebooted
        : succeed(document, rebooted, { inputs: answer.inputs, outputs: {} });
    }
  }
}

/** Failed if a step failed; SuccessWithIgnoredFailure if all failures were ignored (D3). */
export function statusOf(run: DocumentRun): RunStatus {
  if (run.records.some((record) => record.status === 'Failed')) return 'Failed';
  return run.records.some((record) => record.status === 'IgnoredFailure') ? 'SuccessWithIgnoredFailure' : 'Success';
}

function current(document: ComponentDocument, run: DocumentRun): { phase: Phase; step: Step } | undefined {
  for (let index = run.phase; index < run.phases.length; index++) {
    const phase = document.phases.find((other) => other.name === run.phases[index]);
    const step = phase?.steps[index === run.phase ? run.step : 0];
    if (phase && step) return { phase, step };
  }
  return undefined;
}

function succeed(document: ComponentDocument, run: DocumentRun, done: { inputs: Json; outputs: Outputs }): DocumentRun {
  const outputs = [...run.outputs, done.outputs];
  if (run.values && run.iteration + 1 < run.values.length) return { ...run, iteration: run.iteration + 1, outputs };
  return finish(document, run, { status: 'Success', inputs: done.inputs, outputs: joinOutputs(outputs) });
}

/** Another attempt repeats every iteration (D8); after the last one `onFailure` decides (D3). */
function fail(document: ComponentDocument, run: DocumentRun, failure: { message: string; inputs: Json }): DocumentRun {
  const step = current(document, run)?.step;
  if (step && run.attempt < step.maxAttempts) return { ...run, attempt: run.attempt + 1, iteration: 0, outputs: [] };
  const status = step?.onFailure === 'Ignore' ? 'IgnoredFailure' : 'Failed';
  return finish(document, run, { status, ...failure, outputs: {} });
}

function finish(
  document: ComponentDocument,
  run: DocumentRun,
  end: Pick<StepRecord, 'status' | 'message' | 'inputs' | 'outputs'>,
): DocumentRun {
  const here = current(document, run);
  if (!here) throw new Error('the run has ended');
  const { phase, step } = here;
  const record: StepRecord = { phase: phase.name, step: step.name, action: step.action, attempts: run.attempt, ...end };
  const index = run.phases.indexOf(phase.name);
  const last = phase.steps.indexOf(step) + 1 === phase.steps.length;
  return {
    ...run,
    ...AT_START,
    phase: last ? index + 1 : index,
    step: last ? 0 : phase.steps.indexOf(step) + 1,
    aborted: end.status === 'Failed' && step.onFailure === 'Abort',
    records: [...run.records, record],
  };
}

function stringsOf(step: Step): readonly string[] {
  const over = step.loop?.over;
  if (over?.kind === 'list') return over.values;
  return over?.kind === 'delimited' ? [over.list] : [];
}

function loopValues(step: Step, strings: readonly string[]): readonly string[] {
  const over = step.loop?.over;
  if (over?.kind === 'delimited') return (strings[0] ?? '').split(over.delimiter);
  if (over?.kind !== 'range') return strings;
  const values: string[] = [];
  for (let value = over.start; over.updateBy > 0 ? value <= over.end : value >= over.end; value += over.updateBy) {
    values.push(String(value));
  }
  return values;
}

function failureMessage(run: DocumentRun, message: string): string {
  return run.values ? `iteration ${run.iteration} failed: ${message}` : message;
}

function joinOutputs(all: readonly Outputs[]): Outputs {
  const names = new Set(all.flatMap((outputs) => Object.keys(outputs)));
  const join = (name: string) => all.flatMap((outputs) => outputs[name] ?? []).join('\n');
  return Object.fromEntries(Array.from(names, (name) => [name, join(name)]));
}
