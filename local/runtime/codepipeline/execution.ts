import type { ConditionKind } from './definition';

/**
 * One run of a pipeline, as it is kept in the store.
 *
 *                      ┌──────────── next stage ────────────┐
 *                      ▼                                     │
 *   start ─────────► waiting ──lock free──► running ──all actions succeeded──► (last stage) Succeeded
 *                      │                      │
 *                      │ newer one arrives    ├─ an action failed, none runs any more ──► Failed ──retry──► running
 *                      ▼                      └─ stop asked for, none runs any more ────► Stopped
 *                  Superseded
 *
 *   inside a stage: BeforeEntry ──► actions ──► OnSuccess, or OnFailure: each InProgress ──► Succeeded | Failed (A22)
 *                   BeforeEntry Failed: SKIP ──► Skipped, and on to the next stage   FAIL ──► Failed ──override──► running
 *   a failed stage with OnFailure: RETRY ──once──► running     ROLLBACK ──► Failed, and a rollback starts (A22, A23)
 *   a rollback ──lock free──► running, in its one stage (A21) ──► Succeeded, Failed or Stopped
 *
 *   waiting or running, and its stages are gone from a new definition ──► Cancelled
 */
export interface Execution {
  readonly id: string;
  readonly pipeline: string;
  readonly pipelineVersion: number;
  /** Counts the pipeline's executions: a later one has the higher number. */
  readonly number: number;
  readonly status: ExecutionStatus;
  readonly statusSummary?: string;
  readonly trigger: { readonly type: string; readonly detail: string };
  readonly startedAt: string;
  readonly updatedAt: string;
  /** 1, and one more with every retry of a stage (A20). */
  readonly attempt: number;
  /** Position of the execution: at the inbound side of a stage, inside it, or at its end. */
  readonly position: { readonly stage: number; readonly state: 'waiting' | 'running' | 'ended' };
  readonly stages: readonly StageRun[];
  /** Output variables by namespace (A24), with those of the pipeline itself. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Locations of this execution's artifacts. */
  readonly artifacts: Readonly<Record<string, ArtifactLocation>>;
  readonly revisions: readonly Revision[];
  readonly overrides: readonly { action: string; type: string; value: string }[];
  readonly stop?: { readonly abandon: boolean; readonly reason: string };
  /** Set for a rollback (A21): the execution whose revisions, variables and artifacts its stage uses. */
  readonly rollbackTo?: string;
  /** The runtime ended during it: a failure then is not caused by its stage. */
  readonly interrupted?: boolean;
}

export type ExecutionStatus =
  | 'InProgress'
  | 'Stopping'
  | 'Stopped'
  | 'Succeeded'
  | 'Superseded'
  | 'Failed'
  | 'Cancelled';

export interface StageRun {
  readonly name: string;
  readonly status?: StageStatus;
  readonly startedAt?: string;
  readonly retriedAt?: string;
  readonly retries?: { readonly automatic: number; readonly manual: number; readonly latest: RetryTrigger };
  /** By name, their latest runs. */
  readonly actions: Readonly<Record<string, ActionRun>>;
  /** Results of the stage's conditions (A22). */
  readonly conditions?: Partial<Readonly<Record<ConditionKind, ConditionRun>>>;
  /** Conditions that a retry has put aside. */
  readonly pastConditions?: readonly { readonly kind: ConditionKind; readonly run: ConditionRun }[];
  /** Runs that a retry has put aside. */
  readonly past?: readonly { readonly action: string; readonly run: ActionRun }[];
}

export type RetryTrigger = 'AutomatedStageRetry' | 'ManualStageRetry';

export type StageStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped' | 'Stopping' | 'Cancelled' | 'Skipped';

export interface ConditionRun {
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned' | 'Cancelled' | 'Overridden';
  readonly changedAt: string;
  readonly summary?: string;
  /** By name. A rule runs like an action. */
  readonly rules: Readonly<Record<string, ActionRun>>;
}

export interface ActionRun {
  /** `actionExecutionId`. */
  readonly id: string;
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned';
  readonly startedAt: string;
  readonly changedAt: string;
  /** Configuration with resolved variables. */
  readonly configuration?: Readonly<Record<string, string>>;
  readonly inputs?: readonly Artifact[];
  /** Locations for the artifacts that the action writes; they exist once the action has succeeded. */
  readonly outputs?: readonly Artifact[];
  readonly summary?: string;
  readonly externalId?: string;
  readonly percentComplete?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly outputVariables?: Readonly<Record<string, string>>;
  /** Question of a manual approval (A57): kept, because the question outlives the runtime that asked it. */
  readonly approval?: Approval;
  /** Person who answered the approval. */
  readonly updatedBy?: string;
}

export interface Approval {
  readonly token: string;
  /** Time of this machine's clock. */
  readonly expiresAt: string;
}

export interface ArtifactLocation {
  readonly bucket: string;
  readonly key: string;
}

/** An artifact that an action reads or writes. */
export interface Artifact extends ArtifactLocation {
  readonly name: string;
}

/** Revision that a source action fetched. */
export interface Revision {
  readonly action: string;
  readonly artifact: string;
  readonly revisionId: string;
  readonly summary: string;
  readonly createdAt: string;
}

/** True if the execution still has something to do. */
export function isActive({ status }: Pick<Execution, 'status'>): boolean {
  return status === 'InProgress' || status === 'Stopping';
}

/** A copy with one action's run replaced. */
export function withAction(
  execution: Execution,
  { stage, action, run }: { stage: string; action: string; run: ActionRun },
): Execution {
  return {
    ...execution,
    stages: execution.stages.map((other) =>
      other.name === stage ? { ...other, actions: { ...other.actions, [action]: run } } : other,
    ),
  };
}

/** A copy with one stage's run changed. */
export function withStage(execution: Execution, stage: string, change: Partial<StageRun>): Execution {
  return {
    ...execution,
    stages: execution.stages.map((other) => (other.name === stage ? { ...other, ...change } : other)),
  };
}

/** A copy with one condition of a stage replaced. */
export function withCondition(
  execution: Execution,
  { stage, kind, run }: { stage: string; kind: ConditionKind; run: ConditionRun },
): Execution {
  const conditions = execution.stages.find(({ name }) => name === stage)?.conditions;
  return withStage(execution, stage, { conditions: { ...conditions, [kind]: run } });
}

/** Returns a copy with all rules ended. */
export function endedRules(run: ConditionRun, now: string): ConditionRun {
  const rules = Object.entries(run.rules).map(([name, rule]): [string, ActionRun] => [
    name,
    rule.status === 'InProgress' ? { ...rule, status: 'Abandoned', changedAt: now } : rule,
  ]);
  return { ...run, rules: Object.fromEntries(rules) };
}

/** The conditions that are being checked, with the stage they are of. */
export function runningConditions(execution: Execution): { stage: string; kind: ConditionKind; run: ConditionRun }[] {
  return execution.stages.flatMap(({ name: stage, conditions = {} }) =>
    (['beforeEntry', 'onSuccess', 'onFailure'] as const).flatMap((kind) => {
      const run = conditions[kind];
      return run?.status === 'InProgress' ? { stage, kind, run } : [];
    }),
  );
}

/** The actions that run, with the stage they are in. */
export function runningActions(execution: Execution): { stage: string; action: string; run: ActionRun }[] {
  return execution.stages.flatMap(({ name, actions }) =>
    Object.entries(actions).flatMap(([action, run]) =>
      run.status === 'InProgress' ? { stage: name, action, run } : [],
    ),
  );
}

/** The first failed action of a stage, in one line. */
export function failureOf(run: StageRun | undefined): string | undefined {
  const failed = Object.entries(run?.actions ?? {}).find(([, action]) => action.status === 'Failed');
  if (failed) return `${failed[0]}: ${failed[1].error?.message ?? 'failed'}`;
  const condition = Object.values(run?.conditions ?? {}).find(({ status }) => status === 'Failed');
  return condition?.summary;
}
