import type { ActionState, StageState } from '@aws-sdk/client-codepipeline';
import { oneLine } from '../../cli/text';

/** A stage, as a view of the pipeline shows it. */
export interface StageView {
  readonly name: string;
  /** AWS's word, `InProgress`, `Succeeded` …; absent if nothing has run in it. */
  readonly status?: string;
  readonly executionId?: string;
  /** Executions that wait to enter. */
  readonly inbound: readonly string[];
  /** Reason why nothing may enter. */
  readonly closed?: string;
  readonly actions: readonly ActionView[];
}

export interface ActionView {
  readonly name: string;
  readonly status: string;
  readonly since?: Date;
  /** Summary, or the error if it failed; one line. */
  readonly text: string;
  /** True for an approval that waits for a person. */
  readonly isWaiting: boolean;
}

/** Converts the state of a pipeline's stages. Actions that have not run are left out. */
export function stageViews(stages: readonly StageState[]): StageView[] {
  return stages.map(({ stageName = '', latestExecution, actionStates = [], ...stage }) => ({
    name: stageName,
    status: latestExecution?.status,
    executionId: latestExecution?.pipelineExecutionId,
    inbound: inboundOf(stage).filter((id) => id !== latestExecution?.pipelineExecutionId),
    closed:
      stage.inboundTransitionState?.enabled === false
        ? (stage.inboundTransitionState.disabledReason ?? 'no reason given')
        : undefined,
    actions: actionStates.flatMap(actionView),
  }));
}

function inboundOf({
  inboundExecution,
  inboundExecutions,
}: Pick<StageState, 'inboundExecution' | 'inboundExecutions'>) {
  const all = inboundExecutions ?? (inboundExecution ? [inboundExecution] : []);
  return [...new Set(all.map(({ pipelineExecutionId = '' }) => pipelineExecutionId))];
}

function actionView({ actionName = '', latestExecution: run }: ActionState): ActionView[] {
  if (!run) return [];
  const { status = '', lastStatusChange, summary, errorDetails, token } = run;
  const text = (status === 'Failed' && errorDetails?.message) || summary || '';
  const isWaiting = status === 'InProgress' && token !== undefined;
  return [{ name: actionName, status, since: lastStatusChange, text: oneLine(text), isWaiting }];
}
