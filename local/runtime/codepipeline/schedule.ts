import {
  type ActionDefinition,
  type ConditionKind,
  conditionOf,
  type PipelineDefinition,
  type StageDefinition,
} from './definition';
import { type Execution, isActive, runningConditions, type StageRun } from './execution';

/** Everything that determines the next step of a pipeline. `executions` may contain ended ones. */
export interface PipelineSituation {
  readonly definition: PipelineDefinition;
  readonly executions: readonly Execution[];
  /** Names of stages whose inbound transition is disabled (A14). */
  readonly disabledTransitions: ReadonlySet<string>;
}

export type ScheduleStep =
  | { readonly type: 'supersede'; readonly execution: Execution; readonly by: Execution }
  | { readonly type: 'enter'; readonly execution: Execution; readonly stage: StageDefinition }
  | {
      readonly type: 'start-actions';
      readonly execution: Execution;
      readonly stage: StageDefinition;
      readonly actions: readonly ActionDefinition[];
    }
  | {
      readonly type: 'stage-ended';
      readonly execution: Execution;
      readonly stage: StageDefinition;
      readonly status: 'Succeeded' | 'Failed' | 'Stopped' | 'Skipped';
      /** Automatic reaction (A22). */
      readonly result?: 'ROLLBACK' | 'RETRY';
      /** True for the last stage. */
      readonly last: boolean;
    }
  | {
      readonly type: 'check';
      readonly execution: Execution;
      readonly stage: StageDefinition;
      readonly kind: ConditionKind;
    }
  | { readonly type: 'stop'; readonly execution: Execution };

/**
 * Returns the next step, or undefined if everything waits for the end of an action, for a lock or for a transition.
 * Pure: execute the step, and ask again.
 */
export function nextMove(situation: PipelineSituation): ScheduleStep | undefined {
  const active = situation.executions.filter(isActive).sort((a, b) => a.number - b.number);
  for (const execution of active) {
    const move = execution.position.state === 'running' ? inside(situation, execution) : undefined;
    if (move) return move;
  }
  const rollback = active.find((execution) => execution.rollbackTo && execution.position.state === 'waiting');
  const move = rollback && rollingBack(situation, rollback);
  if (move) return move;
  const waiting = active.filter((execution) => execution.position.state === 'waiting' && !execution.rollbackTo);
  const stopped = waiting.find((execution) => execution.stop);
  if (stopped) return { type: 'stop', execution: stopped };
  for (const index of situation.definition.stages.keys()) {
    const move = atInbound(
      situation,
      index,
      waiting.filter((execution) => execution.position.stage === index),
    );
    if (move) return move;
  }
  return undefined;
}

/** Inside a stage: run order by run order; the stage is over when nothing runs and nothing is left or something failed. */
function inside({ definition }: PipelineSituation, execution: Execution): ScheduleStep | undefined {
  const stage = definition.stages[execution.position.stage];
  const run = execution.stages[execution.position.stage];
  if (!stage || !run) return undefined;
  const status = (action: ActionDefinition) => run.actions[action.name]?.status;
  const last = execution.rollbackTo !== undefined || execution.position.stage === definition.stages.length - 1;

  const ended = (status: StageEnd['status'], result?: StageEnd['result']): StageEnd => ({
    type: 'stage-ended',
    execution,
    stage,
    status,
    last,
    ...(result && { result }),
  });
  const check = (kind: ConditionKind): ScheduleStep => ({ type: 'check', execution, stage, kind });

  if (stage.actions.some((action) => status(action) === 'InProgress')) return undefined;
  if (runningConditions(execution).length > 0) return undefined;
  if (execution.stop) return ended('Stopped');
  if (stage.actions.some((action) => status(action) === 'Failed' || status(action) === 'Abandoned')) {
    // A failure because the runtime ended is not caused by the stage: nothing follows automatically.
    if (execution.interrupted) return ended('Failed');
    if (unchecked(stage, run, 'onFailure')) return check('onFailure');
    return ended('Failed', afterFailure(stage, run));
  }
  if (unchecked(stage, run, 'beforeEntry')) return check('beforeEntry');
  if (run.conditions?.beforeEntry?.status === 'Failed') {
    return ended(stage.beforeEntry?.result === 'SKIP' ? 'Skipped' : 'Failed');
  }
  const actions = nextGroup(stage, run);
  if (actions.length > 0) return { type: 'start-actions', execution, stage, actions };
  if (unchecked(stage, run, 'onSuccess')) return check('onSuccess');
  if (run.conditions?.onSuccess?.status !== 'Failed') return ended('Succeeded');
  return ended('Failed', stage.onSuccess?.result === 'ROLLBACK' ? 'ROLLBACK' : undefined);
}

type StageEnd = Extract<ScheduleStep, { type: 'stage-ended' }>;

function unchecked(stage: StageDefinition, run: StageRun, kind: ConditionKind): boolean {
  return conditionOf(stage, kind) !== undefined && run.conditions?.[kind] === undefined;
}

/** A22: a stage is retried automatically once. With conditions, their result follows if they fail. */
function afterFailure({ onFailure = {} }: StageDefinition, run: StageRun): StageEnd['result'] {
  const { condition, result } = onFailure;
  const follows = condition && run.conditions?.onFailure?.status === 'Failed' ? condition.result : result;
  if (follows === 'RETRY') return run.retries?.automatic ? undefined : 'RETRY';
  return follows === 'ROLLBACK' ? 'ROLLBACK' : undefined;
}

/** A6: the actions of the lowest run order that have not succeeded yet. */
function nextGroup(stage: StageDefinition, run: StageRun): ActionDefinition[] {
  const left = stage.actions.filter((action) => run.actions[action.name]?.status !== 'Succeeded');
  const order = Math.min(...left.map((action) => action.runOrder));
  return left.filter((action) => action.runOrder === order);
}

/** A rollback waits only for the lock: it passes no transition, and overtakes or supersedes no execution (A21). */
function rollingBack(situation: PipelineSituation, execution: Execution): ScheduleStep | undefined {
  const stage = situation.definition.stages[execution.position.stage];
  if (execution.stop || !stage) return { type: 'stop', execution };
  return isLocked(situation, execution.position.stage) ? undefined : { type: 'enter', execution, stage };
}

/**
 * At the inbound side of a stage. A stage is locked by the execution inside it (A11). In SUPERSEDED mode one execution
 * waits and a newer one takes its place (A12); in QUEUED mode they wait in line (A13).
 */
function atInbound(
  situation: PipelineSituation,
  index: number,
  waiting: readonly Execution[],
): ScheduleStep | undefined {
  const [first] = waiting;
  const last = waiting.at(-1);
  const stage = situation.definition.stages[index];
  if (!first || !last || !stage) return undefined;
  if (situation.definition.executionMode === 'SUPERSEDED' && first !== last) {
    return { type: 'supersede', execution: first, by: last };
  }
  if (situation.disabledTransitions.has(stage.name)) return undefined;
  return isLocked(situation, index) ? undefined : { type: 'enter', execution: first, stage };
}

function isLocked({ executions }: PipelineSituation, index: number): boolean {
  return executions.some(
    (other) => isActive(other) && other.position.state === 'running' && other.position.stage === index,
  );
}
