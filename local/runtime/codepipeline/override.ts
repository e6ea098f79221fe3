import { AwsError } from '../../kernel/failure';
import { type ConditionKind, conditionOf } from './definition';
import { type Execution, endedRules, isActive, withCondition, withStage } from './execution';
import type { PipelineRecord } from './records';
import { stageNotFound } from './retry';
import { fitsStructure } from './rollback';

export interface OverrideOptions {
  readonly id: string;
  readonly stage: string;
  readonly kind: Exclude<ConditionKind, 'onFailure'>;
}

/**
 * Returns the execution in its stage, as if the condition had succeeded (A22). Throws if it cannot be overridden: a
 * skipped stage, or one that a later execution has entered.
 */
export function overridden(
  execution: Execution,
  { record, history, now }: { record: PipelineRecord; history: readonly Execution[]; now: string },
  { stage, kind }: OverrideOptions,
): Execution {
  const index = record.definition.stages.findIndex(({ name }) => name === stage);
  const declared = record.definition.stages[index];
  if (!declared) throw stageNotFound(record.definition.name, stage);
  const run = execution.stages[index]?.conditions?.[kind];
  const here = execution.position.stage === index && fitsStructure(execution, record);
  if (!here || !run || (run.status !== 'InProgress' && run.status !== 'Failed')) {
    throw notOverridable(`The condition ${kind} of the stage ${stage} is not one that stops the execution.`);
  }
  if (conditionOf(declared, kind)?.result === 'SKIP') {
    throw notOverridable('A condition with the result SKIP cannot be overridden.');
  }
  if (history.some((other) => other.number > execution.number && other.stages[index]?.status)) {
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `The execution ${execution.id} is no longer the latest in the stage ${stage}.`,
    );
  }
  const changed = withCondition(execution, {
    stage,
    kind,
    run: { ...endedRules(run, now), status: 'Overridden', changedAt: now },
  });
  if (isActive(execution)) return changed;
  const { statusSummary: _, ...rest } = withStage(changed, stage, { status: 'InProgress' });
  return { ...rest, status: 'InProgress', position: { stage: index, state: 'running' }, updatedAt: now };
}

function notOverridable(message: string): AwsError {
  return new AwsError('ConditionNotOverridableException', message);
}
