import type { StageState } from '@aws-sdk/client-codepipeline';
import { approvalStageOf } from './environments';

/** An approval that waits. The token is of this one request: what is answered is what was looked at. */
export interface PendingApproval {
  readonly stage: string;
  readonly action: string;
  readonly executionId: string;
  readonly token: string;
  readonly since?: Date;
}

/** The approvals that wait in the stage before the environment, or in the environment's own. */
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
