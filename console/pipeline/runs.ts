import type { ActionExecutionDetail, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import { oneLine } from '../../cli/text';

/** An execution, as a person knows it. */
export interface PipelineRun {
  readonly executionId: string;
  /** AWS's word: `InProgress`, `Succeeded`, `Failed`, `Stopped`, `Superseded` … */
  readonly status: string;
  readonly startedAt: Date;
  /** Absent while it runs. */
  readonly endedAt?: Date;
  /** Absent if it failed before its source was read. */
  readonly commitId?: string;
  readonly subject?: string;
  /** Reason for its start: `PUSH`, `StartPipelineExecution`, `RollbackStage` … */
  readonly trigger: string;
  /** Target of a rollback. */
  readonly rollback?: { readonly target: string };
  readonly failure?: Failure;
}

/** The action in which an execution failed. */
export interface Failure {
  readonly stage: string;
  readonly action: string;
  readonly message: string;
}

/** Statuses in which an execution has not ended. */
const RUNNING = new Set(['InProgress', 'Stopping']);

/** True if an execution with this status has not ended. */
export function isRunning(status: string | undefined): boolean {
  return RUNNING.has(status ?? '');
}

/** Converts CodePipeline's summary of an execution, with its actions if it failed. */
export function runOf(summary: PipelineExecutionSummary, actions: readonly ActionExecutionDetail[] = []): PipelineRun {
  const { pipelineExecutionId = '', status = '', startTime = new Date(0), lastUpdateTime, trigger } = summary;
  const [source] = summary.sourceRevisions ?? [];
  const target = summary.rollbackMetadata?.rollbackTargetPipelineExecutionId;
  return {
    executionId: pipelineExecutionId,
    status,
    startedAt: startTime,
    endedAt: isRunning(status) ? undefined : lastUpdateTime,
    commitId: source?.revisionId,
    subject: source?.revisionSummary && subjectOf(source.revisionSummary),
    trigger: trigger?.triggerType ?? '',
    rollback: target === undefined ? undefined : { target },
    failure: status === 'Failed' ? failureOf(actions) : undefined,
  };
}

/** Returns the latest failure among the actions, which are the latest first. */
function failureOf(actions: readonly ActionExecutionDetail[]): Failure | undefined {
  const failed = actions.find(({ status }) => status === 'Failed');
  if (!failed) return undefined;
  const { errorDetails, externalExecutionSummary } = failed.output?.executionResult ?? {};
  return {
    stage: failed.stageName ?? '',
    action: failed.actionName ?? '',
    message: oneLine(errorDetails?.message || externalExecutionSummary || ''),
  };
}

/** CodeCommit's summary is the message; other sources wrap it in JSON (`{"ProviderType":…,"CommitMessage":…}`). */
function subjectOf(summary: string): string {
  const wrapped = /^\{.*"CommitMessage"\s*:\s*("(?:[^"\\]|\\.)*")/s.exec(summary)?.[1];
  const message = wrapped === undefined ? summary : (JSON.parse(wrapped) as string);
  return message.split('\n')[0] ?? '';
}
