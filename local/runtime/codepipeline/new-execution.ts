import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { PipelineDefinition } from './definition';
import type { Execution } from './execution';
import type { PipelineRecord } from './records';

export interface StartOptions {
  /** `StartPipelineExecution`, `CloudWatchEvent` … as in the execution's trigger. */
  readonly trigger: string;
  /** Trigger details: the ARN of a caller, or of an EventBridge rule. */
  readonly detail: string;
  /** Revisions that source actions use instead of the latest (A35). */
  readonly overrides?: Execution['overrides'];
  readonly variables?: Readonly<Record<string, string>>;
}

/** A13. */
const MOST_QUEUED = 50;

/** Returns an execution that waits to enter the first stage. Throws CodePipeline's refusals of a start. */
export function newExecution(
  { definition, version, nextNumber, active }: PipelineRecord,
  { id, now }: { id: string; now: string },
  { trigger, detail, overrides = [], variables = {} }: StartOptions,
): Execution {
  if (definition.executionMode === 'QUEUED' && active.length >= MOST_QUEUED) {
    throw new AwsError(
      'ConcurrentPipelineExecutionsLimitExceededException',
      `The pipeline has reached the limit for concurrent pipeline executions (${MOST_QUEUED}).`,
    );
  }
  validateOverrides(definition, overrides);
  return {
    id,
    pipeline: definition.name,
    pipelineVersion: version,
    number: nextNumber,
    status: 'InProgress',
    trigger: { type: trigger, detail },
    startedAt: now,
    updatedAt: now,
    attempt: 1,
    position: { stage: 0, state: 'waiting' },
    stages: definition.stages.map(({ name }) => ({ name, actions: {} })),
    variables: { variables: pipelineVariables(definition, variables) },
    artifacts: {},
    revisions: [],
    overrides,
  };
}

function validateOverrides({ stages }: PipelineDefinition, overrides: Execution['overrides']): void {
  const sources = stages[0]?.actions.map(({ name }) => name) ?? [];
  for (const { action, type } of overrides) {
    if (!sources.includes(action)) throw invalid(`The pipeline has no source action ${action} to override.`);
    if (type !== 'COMMIT_ID') throw new NotSupportedLocally(`A source override of type ${type}`);
  }
}

/** A25: given values over defaults; one without either is refused. */
function pipelineVariables(
  { variables }: PipelineDefinition,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !variables.some((variable) => variable.name === name));
  if (unknown !== undefined) throw invalid(`The pipeline has no variable ${unknown}.`);
  return Object.fromEntries(
    variables.map(({ name, defaultValue }) => {
      const value = given[name] ?? defaultValue;
      if (value === undefined) throw invalid(`The pipeline variable ${name} has no default value and was not given.`);
      if (value.length < 1 || value.length > 1000)
        throw invalid(`The value of the pipeline variable ${name} must have 1 to 1000 characters.`);
      return [name, value];
    }),
  );
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
