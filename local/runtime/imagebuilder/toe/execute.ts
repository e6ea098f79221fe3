import { join } from 'node:path';
import type { Clock } from '../../../kernel/clock';
import { messageOf } from '../../../kernel/failure';
import type { ActionName, ComponentDocument, Json } from '../document/document';
import { evaluate, type Facts } from '../document/expression';
import { parseDocument } from '../document/parse';
import type { MachineReference } from '../document/references';
import {
  advance,
  begin,
  type DocumentRun,
  MOST_REBOOTS,
  type NextStep,
  next,
  type Outputs,
  type RunStatus,
  type StepAnswer,
  statusOf,
} from '../document/run';
import { resolve, type Values } from '../document/values';
import { type ActionContext, ActionInput, type NestedRequest, type StepResult } from './action';
import { REGISTRY } from './actions/registry';
import type { AwsClients } from './aws-clients';
import { Printed } from './printed';
import type { Report, StepReport } from './protocol';
import { StepTimer } from './step-timer';

/** Record before a reboot: the run of a document, and of the one that its current step runs. */
export interface Checkpoint {
  run?: DocumentRun;
  nested?: Checkpoint;
}

/** Machine that a document runs on. */
export interface Host {
  readonly clock: Clock;
  readonly facts: Facts;
  readonly aws: AwsClients;
  readonly folder: string;
  value(reference: MachineReference, at: { phase: string; step: string }): Promise<string>;
  report(report: Exclude<Report, { type: 'end' }>): void;
  /** Makes the checkpoint last. */
  save(): void;
}

export interface Level {
  readonly document: ComponentDocument;
  readonly parameters: Readonly<Record<string, string>>;
  readonly phases: readonly string[];
  /** This document and those that run it, outermost first. */
  readonly sources: readonly string[];
  readonly checkpoint: Checkpoint;
  /** Called with the output of nested steps. */
  readonly overhear?: (text: string) => void;
}

export type Ending = { readonly status: RunStatus; readonly run: DocumentRun; readonly failure?: StepReport };

/** Nesting is three documents deep below the first (D12). */
const MOST_DOCUMENTS = 4;

/** Runs the phases, or continues after a reboot. Resolves to `reboot` if the machine must restart. */
export async function execute(level: Level, host: Host): Promise<Ending | 'reboot'> {
  const timer = new StepTimer(host.clock);
  let failure: StepReport | undefined;
  let run = startOrResume(level);
  try {
    for (let move = next(level.document, run); move.kind !== 'end'; move = next(level.document, run)) {
      const printed = new Printed(move.step.quiet ? () => {} : (text) => tell(text, level, host));
      const answer = await answerTo(move, { level, host, run, printed, timer });
      const before = run.records.length;
      run = advance(level.document, run, answer);
      level.checkpoint.run = run;
      host.save();
      const ended = run.records.length > before ? stepEnded(run, printed) : undefined;
      if (ended) tell(`Phase ${ended.phase}, step ${ended.step}: ${ended.status}`, level, host);
      if (ended && level.sources.length === 1) host.report(ended);
      if (ended?.status === 'Failed') failure ??= ended;
      if (answer.kind === 'rebooting' && run.reboots <= MOST_REBOOTS) return 'reboot';
    }
  } finally {
    timer.stop();
  }
  return { status: statusOf(run), run, ...(failure ? { failure } : {}) };
}

interface At {
  readonly level: Level;
  readonly host: Host;
  readonly run: DocumentRun;
  readonly printed: Printed;
  readonly timer: StepTimer;
}

function startOrResume({ document, phases, checkpoint }: Level): DocumentRun {
  const fresh = begin(document, phases, checkpoint.run?.records);
  const same = checkpoint.run && String(checkpoint.run.phases) === String(fresh.phases);
  return same && checkpoint.run ? checkpoint.run : fresh;
}

async function answerTo(move: Exclude<NextStep, { kind: 'end' }>, at: At): Promise<StepAnswer> {
  const { phase, step } = move;
  const values = valuesFor(move, at);
  let inputs: Json = null;
  try {
    if (move.kind === 'decide') {
      const expression = await resolve(step.condition?.expression ?? null, values);
      const holds = evaluate(expression, at.host.facts);
      tell(`Step ${step.name}: condition is ${holds}`, at.level, at.host);
      return { kind: 'decided', holds };
    }
    if (move.kind === 'list')
      return { kind: 'listed', strings: (await resolve([...move.strings], values)) as string[] };
    const turn = move.iteration ? `, iteration ${move.iteration.index}` : '';
    tell(`Phase ${phase.name}, step ${step.name} (${step.action}), attempt ${move.attempt}${turn}`, at.level, at.host);
    inputs = await resolve(step.inputs, values);
    return await act(move, inputs, at);
  } catch (error) {
    at.printed.end();
    if (at.timer.expired) return { kind: 'timed-out', inputs };
    tell(`ErrorMessage: ${messageOf(error)}`, at.level, at.host);
    return { kind: 'failed', inputs, message: messageOf(error) };
  }
}

function valuesFor(move: Exclude<NextStep, { kind: 'end' }>, { level, host, run }: At): Values {
  const { phase, step } = move;
  return {
    document: level.document,
    parameters: level.parameters,
    records: run.records,
    step,
    ...(move.kind === 'act' && move.iteration ? { iteration: move.iteration } : {}),
    machine: (reference) => host.value(reference, { phase: phase.name, step: step.name }),
  };
}

async function act(move: Extract<NextStep, { kind: 'act' }>, inputs: Json, at: At): Promise<StepAnswer> {
  const { phase, step } = move;
  if (step.action === 'Assert') {
    if (!evaluate(inputs, at.host.facts)) throw new Error(`the assertion is false: ${JSON.stringify(inputs)}`);
    return { kind: 'succeeded', inputs, outputs: {} };
  }
  const context: ActionContext = {
    signal: at.timer.begin(`${phase.name}.${step.name}#${move.attempt}`, step.timeoutSeconds),
    clock: at.host.clock,
    aws: at.host.aws,
    folder: join(
      at.host.folder,
      ...at.level.sources.slice(1).map((_, depth) => `nested-${depth + 1}`),
      phase.name,
      step.name,
    ),
    print: (text, stream) => at.printed.add(text, stream),
    nested: (request) => runNested(request, at),
  };
  const result = await perform(step.action, inputs, context);
  at.printed.end();
  if (at.timer.expired) return { kind: 'timed-out', inputs };
  return 'reboot' in result
    ? { kind: 'rebooting', resume: result.reboot, inputs }
    : { kind: 'succeeded', inputs, outputs: result.outputs };
}

/** An action with a list of inputs runs for each item in order; the outputs are joined by newlines. */
export async function perform(
  action: Exclude<ActionName, 'Assert'>,
  inputs: Json,
  context: ActionContext,
): Promise<StepResult> {
  const joined: Record<string, string> = {};
  for (const item of Array.isArray(inputs) ? inputs : [inputs]) {
    const result = await REGISTRY[action](new ActionInput(item as Record<string, Json>), context);
    if ('reboot' in result) return result;
    for (const [name, value] of Object.entries(result.outputs)) {
      joined[name] = name in joined ? `${joined[name]}\n${value}` : value;
    }
  }
  return { outputs: joined };
}

async function runNested(request: NestedRequest, { level, host, printed }: At): Promise<StepResult> {
  if (level.sources.includes(request.source)) throw new Error(`the document ${request.source} runs itself`);
  if (level.sources.length >= MOST_DOCUMENTS)
    throw new Error(`documents nest at most ${MOST_DOCUMENTS - 1} levels deep`);
  const document = parseDocument(request.document);
  const all = document.phases.map((phase) => phase.name);
  const unknown = request.phases?.find((phase) => !all.includes(phase));
  if (unknown !== undefined) throw new Error(`the document ${request.source} has no phase '${unknown}'`);
  level.checkpoint.nested ??= {};
  const ending = await execute(
    {
      document,
      parameters: request.parameters,
      phases: request.phases ?? all,
      sources: [...level.sources, request.source],
      checkpoint: level.checkpoint.nested,
      overhear: (text) => printed.overhear(text),
    },
    host,
  );
  if (ending === 'reboot') return { reboot: 'same-step' };
  delete level.checkpoint.nested;
  const { failure } = ending;
  const message = failure ? `step '${failure.step}' in phase '${failure.phase}': ${failure.message}` : '';
  if (ending.status === 'Failed') throw new Error(`Document ${request.source} failed! ${message}`);
  return { outputs: summary(ending.run, ending.status) };
}

function summary(run: DocumentRun, status: RunStatus): Outputs {
  const count = (wanted: (status: string) => boolean) =>
    String(run.records.filter((record) => wanted(record.status)).length);
  return {
    executedStepCount: count((one) => one !== 'Skipped'),
    failedStepCount: count((one) => one === 'Failed'),
    ignoredFailedStepCount: count((one) => one === 'IgnoredFailure'),
    failureMessage: '',
    status: status === 'Success' ? 'success' : status,
  };
}

function stepEnded(run: DocumentRun, printed: Printed): Extract<Report, { type: 'step' }> | undefined {
  const record = run.records.at(-1);
  if (!record) return undefined;
  const { phase, step, action, status, message } = record;
  return { type: 'step', phase, step, action, status, ...(message ? { message } : {}), lastLines: printed.lastLines };
}

function tell(text: string, level: Level, host: Host): void {
  host.report({ type: 'log', text: `${'  '.repeat(level.sources.length - 1)}${text}` });
  level.overhear?.(text);
}
