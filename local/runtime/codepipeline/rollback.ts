import { AwsError } from '../../kernel/failure';
import { type Execution, isActive } from './execution';
import type { PipelineRecord } from './records';
import { stageNotFound } from './retry';

/** A stage to roll back to an earlier execution. */
export interface RollbackRequest {
  readonly id: string;
  readonly now: string;
  readonly stage: string;
  /** The execution to go back to. */
  readonly target: Execution;
  readonly trigger: Execution['trigger'];
}

/**
 * A21: a new execution that runs this one stage with the revisions, variables and artifacts of the target. It stands at
 * the stage at once, behind no transition: nothing carries it there.
 */
export function rollbackExecution(
  { definition, version, nextNumber }: PipelineRecord,
  { id, now, stage, target, trigger }: RollbackRequest,
): Execution {
  const { variables, artifacts, revisions } = target;
  return {
    id,
    pipeline: definition.name,
    pipelineVersion: version,
    number: nextNumber,
    trigger,
    variables,
    artifacts,
    revisions,
    overrides: [],
    status: 'InProgress',
    startedAt: now,
    updatedAt: now,
    attempt: 1,
    rollbackTo: target.id,
    position: { stage: definition.stages.findIndex(({ name }) => name === stage), state: 'waiting' },
    stages: definition.stages.map(({ name }) => ({ name, actions: {} })),
  };
}

/** A23: returns the target of an automatic rollback: the most recent success in the stage, if there is any. */
export function lastSuccess(
  record: PipelineRecord,
  history: readonly Execution[],
  stage: string,
): Execution | undefined {
  return history.find((execution) => !cannotBeTarget(execution, record, stage));
}

/** Throws if `RollbackStage` is refused (A21). `history` is the latest first. */
export function checkRollback(
  record: PipelineRecord,
  history: readonly Execution[],
  { stage, target }: { stage: string; target: Execution },
): void {
  const { definition } = record;
  const index = definition.stages.findIndex(({ name }) => name === stage);
  if (index < 0) throw stageNotFound(definition.name, stage);
  if (definition.pipelineType === 'V1') throw unable('stage rollback requires a pipeline of type V2');
  if (index === 0) throw unable('a source stage cannot be rolled back');
  if (!fitsStructure(target, record)) {
    throw new AwsError(
      'PipelineExecutionOutdatedException',
      `The execution ${target.id} is outdated and cannot be used as a target for rollback: the pipeline's structure has changed since it started.`,
    );
  }
  const reason = cannotBeTarget(target, record, stage);
  if (reason) throw unable(reason);
  const inStage = history.filter((other) => isActive(other) && other.position.stage === index);
  if (inStage.some(({ position }) => position.state === 'running')) throw unable('the stage is currently running');
  if (record.active.length >= MOST_ACTIVE) {
    throw new AwsError(
      'ConflictException',
      'Your request cannot be handled because the pipeline is busy handling ongoing activities. Try again later.',
    );
  }

  function unable(why: string): AwsError {
    return new AwsError('UnableToRollbackStageException', `Unable to roll back the stage ${stage}: ${why}.`);
  }
}

/** A13. */
const MOST_ACTIVE = 50;

/** True if the pipeline's stages are still those that the execution started with. */
export function fitsStructure({ pipelineVersion }: Execution, { structureSince }: PipelineRecord): boolean {
  return pipelineVersion >= structureSince;
}

function cannotBeTarget(execution: Execution, record: PipelineRecord, stage: string): string | undefined {
  if (execution.rollbackTo) return `the execution ${execution.id} is a rollback itself`;
  const status = execution.stages.find(({ name }) => name === stage)?.status;
  if (status !== 'Succeeded') return `the execution ${execution.id} did not succeed in it`;
  return fitsStructure(execution, record) ? undefined : `the execution ${execution.id} is outdated`;
}
