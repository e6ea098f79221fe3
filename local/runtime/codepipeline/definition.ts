/** A pipeline as declared, in the field names of CodePipeline's API. */
export interface PipelineDefinition {
  readonly name: string;
  readonly roleArn: string;
  readonly pipelineType: 'V1' | 'V2';
  readonly executionMode: 'SUPERSEDED' | 'QUEUED';
  /** Bucket in the pipeline's own region. */
  readonly artifactBucket: string;
  /** By region, including the pipeline's own, if actions run in other regions. */
  readonly artifactStores?: Readonly<Record<string, string>>;
  readonly stages: readonly StageDefinition[];
  readonly variables: readonly { name: string; defaultValue?: string; description?: string }[];
}

export interface StageDefinition {
  readonly name: string;
  readonly actions: readonly ActionDefinition[];
  /** Conditions before the actions start, and after they have succeeded (A22). */
  readonly beforeEntry?: ConditionDefinition;
  readonly onSuccess?: ConditionDefinition;
  /** Reaction to a failure of the stage (A22). */
  readonly onFailure?: FailureDefinition;
}

export interface FailureDefinition {
  readonly result?: 'ROLLBACK' | 'RETRY' | 'FAIL';
  readonly retryMode?: RetryMode;
  readonly condition?: ConditionDefinition;
}

export type ConditionKind = 'beforeEntry' | 'onSuccess' | 'onFailure';

/** Rules that are checked together. Where one of them fails, the result follows (A22). */
export interface ConditionDefinition {
  readonly result: 'FAIL' | 'SKIP' | 'ROLLBACK';
  readonly rules: readonly RuleDefinition[];
}

export interface RuleDefinition {
  readonly name: string;
  readonly provider: string;
  readonly version: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly string[];
  readonly roleArn?: string;
}

/** Returns the condition of that kind, if the stage has one. */
export function conditionOf(stage: StageDefinition, kind: ConditionKind): ConditionDefinition | undefined {
  return kind === 'onFailure' ? stage.onFailure?.condition : stage[kind];
}

export type RetryMode = 'FAILED_ACTIONS' | 'ALL_ACTIONS';

export interface ActionDefinition {
  readonly name: string;
  readonly category: string;
  readonly owner: string;
  readonly provider: string;
  readonly version: string;
  readonly runOrder: number;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly string[];
  readonly outputArtifacts: readonly string[];
  readonly namespace?: string;
  readonly roleArn?: string;
  readonly region?: string;
  readonly timeoutInMinutes?: number;
}

/** Returns the actions in their order: those of one stage and run order run in parallel (A6). */
export function actionGroups(
  stages: readonly StageDefinition[],
): { stage: StageDefinition; actions: ActionDefinition[] }[] {
  return stages.flatMap((stage) => {
    const orders = [...new Set(stage.actions.map((action) => action.runOrder))].sort((a, b) => a - b);
    return orders.map((order) => ({ stage, actions: stage.actions.filter((action) => action.runOrder === order) }));
  });
}
