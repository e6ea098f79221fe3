import type { ActionExecutionDetail, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import type { PipelinePast } from '../../../console/pipeline/deployments';

/** One execution in the stage `dev`, told in a few words; each happens a minute after the one before. */
export interface Told {
  readonly id: string;
  readonly version: string;
  /** Results of its actions: of a stage that has `Prepare`, `Roll` and `Verify`. */
  readonly actions?: readonly ('Succeeded' | 'Failed' | 'InProgress' | 'Abandoned')[];
  readonly status?: PipelineExecutionSummary['status'];
  /** The execution that it rolls back to. */
  readonly backTo?: string;
  readonly automatic?: boolean;
  readonly approvedBy?: string;
  /** The servers replaced as unhealthy since the deployment before, and whether again and again: as `Prepare` found it. */
  readonly found?: readonly [replaced: number, again: boolean];
}

export const ACTION_NAMES = ['Prepare', 'Roll', 'Verify'];

const minute = (count: number, seconds = 0) => new Date(Date.UTC(2026, 0, 1, 10, count, seconds));

/** Returns CodePipeline's list of these executions, the latest first. */
export function past(...told: readonly Told[]): PipelinePast {
  return {
    executions: told.map(summary).reverse(),
    actions: told.flatMap((each, index) => details(each, index)).reverse(),
  };
}

function summary({ id, status, actions = [], backTo, automatic }: Told): PipelineExecutionSummary {
  const failed = actions.includes('Failed') ? 'Failed' : 'Succeeded';
  return {
    pipelineExecutionId: id,
    status: status ?? (actions.includes('InProgress') ? 'InProgress' : failed),
    executionType: backTo ? 'ROLLBACK' : 'STANDARD',
    rollbackMetadata: backTo ? { rollbackTargetPipelineExecutionId: backTo } : undefined,
    trigger: backTo
      ? {
          triggerType: automatic ? 'AutomatedRollback' : 'ManualRollback',
          triggerDetail: automatic ? 'failed' : 'arn:aws:iam::1:user/ops/jane',
        }
      : undefined,
  };
}

function details(told: Told, index: number): ActionExecutionDetail[] {
  const { id, version, actions = ['Succeeded', 'Succeeded', 'Succeeded'], backTo, approvedBy, found } = told;
  const image = { ImageVersion: version, CommitId: `c0ffee${version}`, CommitSubject: `Change ${version}` };
  const common = { pipelineExecutionId: id };
  const before: ActionExecutionDetail[] = backTo
    ? []
    : [
        {
          ...common,
          stageName: 'Version',
          actionName: 'Increment',
          status: 'Succeeded',
          startTime: minute(index),
          actionExecutionId: `${id}-version`,
          output: { outputVariables: image },
        },
      ];
  const approval: ActionExecutionDetail[] = approvedBy
    ? [
        {
          ...common,
          stageName: 'approve-dev',
          actionName: 'Approval',
          status: 'Succeeded',
          startTime: minute(index, 1),
          updatedBy: approvedBy,
          input: { actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } },
          output: { executionResult: { externalExecutionSummary: 'looks good' } },
        },
      ]
    : [];
  const own = actions.map((status, step): ActionExecutionDetail => {
    const actionName = ACTION_NAMES[step];
    const ParameterOverrides = JSON.stringify({ ...image, ImageId: `ami-${version}` });
    return {
      ...common,
      stageName: 'dev',
      actionName,
      status,
      startTime: minute(index, 10 + step),
      actionExecutionId: `${id}-${actionName}`,
      input: actionName === 'Roll' ? { resolvedConfiguration: { ParameterOverrides } } : {},
      ...(actionName === 'Prepare' && found && { output: { outputVariables: healthVariables(found) } }),
    };
  });
  return [...before, ...approval, ...own];
}

function healthVariables([replaced, again]: readonly [number, boolean]): Record<string, string> {
  return { ReplacedServers: String(replaced), ServiceEnds: '0', StayedHealthy: again ? 'no' : 'yes' };
}
