import { AwsError } from '../../kernel/failure';
import type { RetryMode } from './definition';
import { type Execution, isActive, type RetryTrigger, type StageRun, withStage } from './execution';
import type { PipelineRecord } from './records';

export interface RetryOptions {
  readonly id: string;
  readonly stage: string;
  readonly mode: RetryMode;
}

/** Returns the execution in its failed stage again (A20). Throws if the stage cannot be retried. */
export function retried(
  execution: Execution,
  { record, history, now }: { record: PipelineRecord; history: readonly Execution[]; now: string },
  { stage, mode }: RetryOptions,
): Execution {
  const index = execution.stages.findIndex((candidate) => candidate.name === stage);
  const run = execution.stages[index];
  if (!run) throw stageNotFound(execution.pipeline, stage);
  if (isActive(execution) || (run.status !== 'Failed' && run.status !== 'Stopped')) {
    throw notRetryable(`The stage ${stage} is in status ${run.status ?? execution.status} and cannot be retried.`);
  }
  if (execution.pipelineVersion < record.structureSince) {
    throw notRetryable(`The stage ${stage} cannot be retried: the pipeline was changed after the execution started.`);
  }
  // A15: once a later execution has been in the stage, this one's artifacts and variables are history.
  if (history.some((other) => other.number > execution.number && other.stages[index]?.status)) {
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `The execution ${execution.id} is no longer the latest in the stage ${stage}.`,
    );
  }
  return inStageAgain(execution, { index, mode, now, trigger: 'ManualStageRetry' });
}

/** Returns the execution in the stage once more, with the repeated actions set aside. */
export function inStageAgain(
  execution: Execution,
  { index, mode, now, trigger }: { index: number; mode: RetryMode; now: string; trigger: RetryTrigger },
): Execution {
  const run = execution.stages[index];
  if (!run) throw new Error(`there is no stage ${index} in ${execution.id}`);
  const { automatic = 0, manual = 0 } = run.retries ?? {};
  const keeps = ({ status }: { status: string }) => mode === 'FAILED_ACTIONS' && status === 'Succeeded';
  const actions = Object.entries(run.actions);
  const again = withStage(execution, run.name, {
    status: 'InProgress',
    retries:
      trigger === 'ManualStageRetry'
        ? { automatic, manual: manual + 1, latest: trigger }
        : { automatic: automatic + 1, manual, latest: trigger },
    retriedAt: now,
    actions: Object.fromEntries(actions.filter(([, action]) => keeps(action))),
    conditions: undefined,
    pastConditions: [...(run.pastConditions ?? []), ...conditionsOf(run)],
    past: [...(run.past ?? []), ...actions.flatMap(([action, run]) => (keeps(run) ? [] : { action, run }))],
  });
  const { stop: _, statusSummary: __, interrupted: ___, ...rest } = again;
  return {
    ...rest,
    status: 'InProgress',
    position: { stage: index, state: 'running' },
    attempt: execution.attempt + 1,
    updatedAt: now,
  };
}

function conditionsOf({ conditions = {} }: StageRun): NonNullable<StageRun['pastConditions']>[number][] {
  return (['beforeEntry', 'onSuccess', 'onFailure'] as const).flatMap((kind) => {
    const run = conditions[kind];
    return run ? { kind, run } : [];
  });
}

export function stageNotFound(pipeline: string, stage: string): AwsError {
  return new AwsError('StageNotFoundException', `The stage ${stage} does not exist in pipeline ${pipeline}`);
}

function notRetryable(message: string): AwsError {
  return new AwsError('StageNotRetryableException', message);
}
