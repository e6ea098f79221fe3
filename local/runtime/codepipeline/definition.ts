/** A pipeline as declared, in the field names of CodePipeline's API. */
export interface PipelineDefinition {
  readonly name: string;
  readonly roleArn: string;
  readonly pipelineType: 'V1' | 'V2';
  readonly executionMode: 'SUPERSEDED' | 'QUEUED';
  /** In the pipeline's own region. */
  readonly artifactBucket: string;
  /** By region, with the pipeline's own, where actions work in other regions. */
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

/** The condition of that kind, where the stage has one. */
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

/** The actions in the order they run: those of one stage and one run order side by side (A6). */
export function actionGroups(
  stages: readonly StageDefinition[],
): { stage: StageDefinition; actions: ActionDefinition[] }[] {
  return stages.flatMap((stage) => {
    const orders = [...new Set(stage.actions.map((action) => action.runOrder))].sort((a, b) => a - b);
    return orders.map((order) => ({ stage, actions: stage.actions.filter((action) => action.runOrder === order) }));
  });
}
