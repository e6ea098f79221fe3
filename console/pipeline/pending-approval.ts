import type { StageState } from '@aws-sdk/client-codepipeline';
import { approvalStageOf } from './environments';

/** An approval that waits. Its token belongs to this one request, so an answer cannot reach a later one. */
export interface PendingApproval {
  readonly stage: string;
  readonly action: string;
  readonly executionId: string;
  readonly token: string;
  readonly since?: Date;
}

/** Returns the approvals that wait in the approval stage of the environment or in its own stage. */
export function pendingApprovals(stages: readonly StageState[], environment: string): PendingApproval[] {
  return stages
    .filter(({ stageName }) => stageName === approvalStageOf(environment) || stageName === environment)
    .flatMap(({ stageName = '', latestExecution, actionStates = [] }) =>
      actionStates.flatMap(({ actionName = '', latestExecution: run }) =>
        // Only an approval that waits has a token (A57).
        run?.status === 'InProgress' && run.token
          ? [
              {
                stage: stageName,
                action: actionName,
                executionId: latestExecution?.pipelineExecutionId ?? '',
                token: run.token,
                since: run.lastStatusChange,
              },
            ]
          : [],
      ),
    );
}
