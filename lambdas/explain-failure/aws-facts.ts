import type { Activity } from '@aws-sdk/client-auto-scaling';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Build } from '@aws-sdk/client-codebuild';
import type { ActionExecutionDetail, RuleExecutionDetail } from '@aws-sdk/client-codepipeline';
import type { ActionFacts, ActivityFacts, BuildFacts, RuleFacts, StackEventFacts } from './evidence';

/** Converts AWS's answers for the search for a cause. */
export function actionFacts(detail: ActionExecutionDetail): ActionFacts {
  const { input, output, status = '' } = detail;
  const { externalExecutionId, externalExecutionUrl, externalExecutionSummary, errorDetails } =
    output?.executionResult ?? {};
  return {
    stage: detail.stageName ?? '-',
    action: detail.actionName ?? '-',
    category: input?.actionTypeId?.category ?? '',
    provider: input?.actionTypeId?.provider ?? '',
    status,
    startedAt: iso(detail.startTime),
    endedAt: status === 'InProgress' ? undefined : iso(detail.lastUpdateTime),
    configuration: input?.resolvedConfiguration ?? input?.configuration ?? {},
    place: { region: input?.region, roleArn: input?.roleArn },
    externalId: externalExecutionId,
    externalUrl: externalExecutionUrl,
    summary: externalExecutionSummary,
    error: errorDetails && { code: errorDetails.code, message: errorDetails.message },
    updatedBy: detail.updatedBy,
  };
}

export function ruleFacts({ stageName, ruleName, status, lastUpdateTime, output }: RuleExecutionDetail): RuleFacts {
  const { errorDetails, externalExecutionSummary } = output?.executionResult ?? {};
  return {
    stage: stageName ?? '-',
    rule: ruleName ?? '-',
    status: status ?? '',
    endedAt: iso(lastUpdateTime),
    message: errorDetails?.message ?? externalExecutionSummary,
  };
}

export function stackEventFacts(event: StackEvent): StackEventFacts {
  return {
    at: iso(event.Timestamp),
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId,
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason,
  };
}

export function buildFacts({ buildStatus, phases = [], logs }: Build): BuildFacts {
  return {
    status: buildStatus ?? '',
    phases: phases.map(({ phaseType = '', phaseStatus, contexts: [context] = [] }) => ({
      phase: phaseType,
      status: phaseStatus as string | undefined,
      code: context?.statusCode,
      message: context?.message,
    })),
    log: logs?.groupName ? { group: logs.groupName, stream: logs.streamName } : undefined,
  };
}

export function activityFacts({ StartTime, StatusCode, Description = '', StatusMessage }: Activity): ActivityFacts {
  return { at: iso(StartTime), status: String(StatusCode ?? ''), description: Description, message: StatusMessage };
}

function iso(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}
