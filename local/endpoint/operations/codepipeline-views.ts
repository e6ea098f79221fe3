import type * as sdk from '@aws-sdk/client-codepipeline';
import type { ActionDefinition, PipelineDefinition } from '../../runtime/codepipeline/definition';
import type { ActionRun, Artifact, Execution } from '../../runtime/codepipeline/execution';
import type { PipelineRecord } from '../../runtime/codepipeline/records';
import { conditionDeclarations, conditionStates } from './codepipeline-conditions';

/** The pipeline as `GetPipeline` shows it. */
export function declaration({ definition, version }: PipelineRecord): sdk.PipelineDeclaration {
  return {
    name: definition.name,
    roleArn: definition.roleArn,
    version,
    pipelineType: definition.pipelineType,
    executionMode: definition.executionMode,
    ...artifactStoresOf(definition),
    variables: definition.variables.map((variable) => ({ ...variable })),
    stages: definition.stages.map((stage) => ({
      name: stage.name,
      actions: stage.actions.map(actionDeclaration),
      ...conditionDeclarations(stage),
    })),
  };
}

/** One, or one for each region: never both. */
function artifactStoresOf({ artifactBucket, artifactStores }: PipelineDefinition) {
  const store = (location: string): sdk.ArtifactStore => ({ type: 'S3', location });
  if (!artifactStores) return { artifactStore: store(artifactBucket) };
  const stores = Object.entries(artifactStores).map(([region, bucket]) => [region, store(bucket)]);
  return { artifactStores: Object.fromEntries(stores) as Record<string, sdk.ArtifactStore> };
}

function actionDeclaration(action: ActionDefinition): sdk.ActionDeclaration {
  return {
    name: action.name,
    actionTypeId: {
      category: action.category as sdk.ActionCategory,
      owner: action.owner as sdk.ActionOwner,
      provider: action.provider,
      version: action.version,
    },
    runOrder: action.runOrder,
    configuration: { ...action.configuration },
    inputArtifacts: action.inputArtifacts.map((name) => ({ name })),
    outputArtifacts: action.outputArtifacts.map((name) => ({ name })),
    namespace: action.namespace,
    roleArn: action.roleArn,
    region: action.region,
    timeoutInMinutes: action.timeoutInMinutes,
  };
}

/** A pipeline's executions, the latest first. */
export interface Executions {
  /** Reads from the store lazily. */
  all(): Iterable<Execution>;
  readonly active: readonly Execution[];
}

/** Returns the stage in the state of its latest execution, with the executions that wait to enter. */
export function stageState(
  { definition, disabledTransitions }: PipelineRecord,
  executions: Executions,
  index: number,
): sdk.StageState {
  const stage = definition.stages[index];
  const name = stage?.name ?? '';
  const latest = latestIn(executions.all(), index);
  const run = latest?.stages[index];
  const waiting = executions.active
    .filter(({ position }) => position.stage === index && position.state === 'waiting')
    .map(({ id }) => ({ pipelineExecutionId: id, status: 'InProgress' as const }));
  const disabled = disabledTransitions[name];
  return {
    stageName: name,
    inboundTransitionState: {
      enabled: !disabled,
      ...(disabled ? { disabledReason: disabled.reason, lastChangedAt: new Date(disabled.at) } : {}),
    },
    inboundExecution: waiting[0],
    inboundExecutions: waiting,
    latestExecution: latest && {
      pipelineExecutionId: latest.id,
      status: run?.status,
      ...(latest.rollbackTo ? { type: 'ROLLBACK' } : {}),
    },
    ...conditionStates(run),
    retryStageMetadata: run?.retries && {
      autoStageRetryAttempt: run.retries.automatic,
      manualStageRetryAttempt: run.retries.manual,
      latestRetryTrigger: run.retries.latest,
    },
    actionStates: stage?.actions.map((action) => ({
      actionName: action.name,
      currentRevision: revisionOf(latest, action.name),
      latestExecution: run?.actions[action.name] && actionState(run.actions[action.name] as ActionRun),
    })),
  };
}

function latestIn(executions: Iterable<Execution>, stage: number): Execution | undefined {
  for (const execution of executions) if (execution.stages[stage]?.status) return execution;
  return undefined;
}

function revisionOf(execution: Execution | undefined, action: string): sdk.ActionRevision | undefined {
  const revision = execution?.revisions.find((candidate) => candidate.action === action);
  return (
    revision && {
      revisionId: revision.revisionId,
      revisionChangeId: revision.revisionId,
      created: new Date(revision.createdAt),
    }
  );
}

function actionState(run: ActionRun): sdk.ActionExecution {
  return {
    actionExecutionId: run.id,
    status: run.status,
    summary: run.summary,
    lastStatusChange: new Date(run.changedAt),
    token: run.approval?.token,
    lastUpdatedBy: run.updatedBy,
    externalExecutionId: run.externalId,
    percentComplete: run.percentComplete,
    errorDetails: run.error && { code: run.error.code, message: run.error.message },
  };
}

/** Returns the form of `GetPipelineExecution`. */
export function describeExecution(
  execution: Execution,
  executionMode: PipelineDefinition['executionMode'],
): sdk.PipelineExecution {
  return {
    executionMode,
    ...executionType(execution),
    pipelineName: execution.pipeline,
    pipelineVersion: execution.pipelineVersion,
    pipelineExecutionId: execution.id,
    status: execution.status,
    statusSummary: execution.statusSummary,
    trigger: { triggerType: execution.trigger.type as sdk.TriggerType, triggerDetail: execution.trigger.detail },
    artifactRevisions: execution.revisions.map(({ artifact, revisionId, summary, createdAt }) => ({
      name: artifact,
      revisionId,
      revisionSummary: summary,
      created: new Date(createdAt),
    })),
    variables: Object.entries(execution.variables['variables'] ?? {}).map(([name, resolvedValue]) => ({
      name,
      resolvedValue,
    })),
  };
}

function executionType({ rollbackTo }: Execution): Pick<sdk.PipelineExecution, 'executionType' | 'rollbackMetadata'> {
  return rollbackTo
    ? { executionType: 'ROLLBACK', rollbackMetadata: { rollbackTargetPipelineExecutionId: rollbackTo } }
    : { executionType: 'STANDARD' };
}

/** Returns the form of `ListPipelineExecutions`. */
export function summarizeExecution(
  execution: Execution,
  executionMode: PipelineDefinition['executionMode'],
): sdk.PipelineExecutionSummary {
  return {
    executionMode,
    ...executionType(execution),
    pipelineExecutionId: execution.id,
    status: execution.status,
    statusSummary: execution.statusSummary,
    startTime: new Date(execution.startedAt),
    lastUpdateTime: new Date(execution.updatedAt),
    trigger: { triggerType: execution.trigger.type as sdk.TriggerType, triggerDetail: execution.trigger.detail },
    sourceRevisions: execution.revisions.map(({ action, revisionId, summary }) => ({
      actionName: action,
      revisionId,
      revisionSummary: summary,
    })),
    stopTrigger: execution.stop && { reason: execution.stop.reason },
  };
}

/**
 * Returns the execution's actions in the form of `ListActionExecutions`, the latest first, including earlier attempts.
 */
export function actionExecutions(
  execution: Execution,
  { definition, region, latest }: { definition: PipelineDefinition; region: string; latest: boolean },
): sdk.ActionExecutionDetail[] {
  return execution.stages
    .flatMap(({ name: stage, actions, past = [] }) => {
      const declared = definition.stages.find(({ name }) => name === stage)?.actions ?? [];
      const current = Object.entries(actions).map(([action, run]) => ({ action, run }));
      return [...(latest ? [] : past), ...current].map(({ action, run }) => ({
        execution,
        stage,
        action,
        run,
        region,
        declared: declared.find(({ name }) => name === action),
      }));
    })
    .sort((a, b) => b.run.startedAt.localeCompare(a.run.startedAt))
    .map(actionExecution);
}

function actionExecution({
  execution,
  stage,
  action,
  run,
  region,
  declared,
}: {
  execution: Execution;
  stage: string;
  action: string;
  run: ActionRun;
  region: string;
  declared?: ActionDefinition;
}): sdk.ActionExecutionDetail {
  return {
    pipelineExecutionId: execution.id,
    pipelineVersion: execution.pipelineVersion,
    actionExecutionId: run.id,
    stageName: stage,
    actionName: action,
    startTime: new Date(run.startedAt),
    lastUpdateTime: new Date(run.changedAt),
    updatedBy: run.updatedBy,
    status: run.status,
    input: {
      actionTypeId: declared && actionDeclaration(declared).actionTypeId,
      configuration: declared && { ...declared.configuration },
      resolvedConfiguration: run.configuration && { ...run.configuration },
      roleArn: declared?.roleArn,
      region: declared?.region ?? region,
      inputArtifacts: run.inputs?.map(artifactDetail),
      namespace: declared?.namespace,
    },
    output: {
      outputArtifacts: run.status === 'Succeeded' ? run.outputs?.map(artifactDetail) : [],
      executionResult: {
        externalExecutionId: run.externalId,
        externalExecutionSummary: run.summary,
        errorDetails: run.error && { code: run.error.code, message: run.error.message },
      },
      outputVariables: run.outputVariables && { ...run.outputVariables },
    },
  };
}

function artifactDetail({ name, bucket, key }: Artifact): sdk.ArtifactDetail {
  return { name, s3location: { bucket, key } };
}
