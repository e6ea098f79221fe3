import { AwsError } from '../../kernel/failure';
import { type Execution, isActive, withStage } from './execution';
import type { PipelineRecord } from './records';

export interface RetryOptions {
  readonly id: string;
  readonly stage: string;
  readonly mode: 'FAILED_ACTIONS' | 'ALL_ACTIONS';
}

/** The execution, inside its failed stage again (A20). Throws where the stage cannot be retried. */
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
  if (execution.pipelineVersion !== record.version) {
    throw notRetryable(`The stage ${stage} cannot be retried: the pipeline was updated after the execution started.`);
  }
  // A15: once a later execution has been in the stage, this one's artifacts and variables are history.
  if (history.some((other) => other.number > execution.number && other.stages[index]?.status)) {
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `The execution ${execution.id} is no longer the latest in the stage ${stage}.`,
    );
  }
  const keeps = ({ status }: { status: string }) => mode === 'FAILED_ACTIONS' && status === 'Succeeded';
  const actions = Object.entries(run.actions);
  const again = withStage(execution, stage, {
    status: 'InProgress',
    retriedAt: now,
    actions: Object.fromEntries(actions.filter(([, action]) => keeps(action))),
    past: [...(run.past ?? []), ...actions.flatMap(([action, run]) => (keeps(run) ? [] : { action, run }))],
  });
  const { stop: _, statusSummary: __, ...rest } = again;
  return {
    ...rest,
    status: 'InProgress',
    position: { stage: index, state: 'running' },
    attempt: execution.attempt + 1,
    updatedAt: now,
  };
}

export function stageNotFound(pipeline: string, stage: string): AwsError {
  return new AwsError('StageNotFoundException', `The stage ${stage} does not exist in pipeline ${pipeline}`);
}

function notRetryable(message: string): AwsError {
  return new AwsError('StageNotRetryableException', message);
}
