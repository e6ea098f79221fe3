import type { ActionExecutionDetail, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import { approvalStageOf } from './environments';

/** An image, as the parameters of an environment's stack describe it. */
export interface Image {
  readonly version: string;
  readonly commitId: string;
  readonly subject: string;
  /** Absent if the execution ended before the stack was deployed. */
  readonly imageId?: string;
}

export type DeploymentResult = 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped' | 'Cancelled';

/** The servers of one version, from its roll to the next. */
export interface Health {
  /** Servers that were replaced as unhealthy. */
  readonly replaced: number;
  /** Number of times that the service ended by itself, on any server. */
  readonly ended: number;
  /** False if that happened again and again. */
  readonly stayedHealthy: boolean;
}

/** One execution in the stage of one environment. */
export interface Deployment {
  readonly environment: string;
  readonly executionId: string;
  readonly startedAt: Date;
  readonly result: DeploymentResult;
  readonly image?: Image;
  /** True if the stack was updated to the image. A failed verification afterwards does not change this. */
  readonly served: boolean;
  readonly approval?: { readonly by: string; readonly summary: string };
  /** The health of the version that served before, as this deployment found it; undefined if it is not known. */
  readonly found?: Health;
  /** Servers that were kept although the settings want fewer, because somebody had raised the capacity. */
  readonly kept?: number;
  /** Set for a rollback (A21): its target execution, and the principal that started it. */
  readonly rollback?: { readonly to: string; readonly automatic: boolean; readonly by: string };
}

/** Executions and actions of a pipeline, as AWS listed them. */
export interface PipelinePast {
  readonly executions: readonly PipelineExecutionSummary[];
  readonly actions: readonly ActionExecutionDetail[];
}

/** An environment, and the names of the actions that its stage has now. */
export interface EnvironmentStage {
  readonly environment: string;
  readonly actionNames: readonly string[];
}

/** Returns the environment's deployments, the latest first. */
export function deploymentsOf(
  { environment, actionNames }: EnvironmentStage,
  { executions, actions }: PipelinePast,
): Deployment[] {
  const byExecution = new Map<string, ActionExecutionDetail[]>();
  for (const action of actions) {
    const id = action.pipelineExecutionId ?? '';
    byExecution.set(id, [...(byExecution.get(id) ?? []), action]);
  }
  return executions
    .flatMap((execution): Deployment[] => {
      const all = byExecution.get(execution.pipelineExecutionId ?? '') ?? [];
      const own = latestAttempts(all, environment);
      const first = own[0];
      if (!first) return [];
      const roll = own.find((action) => parametersOf(action)?.['ImageVersion'] !== undefined);
      const { rollbackMetadata, trigger } = execution;
      const target = rollbackMetadata?.rollbackTargetPipelineExecutionId;
      const made = byExecution.get(target ?? execution.pipelineExecutionId ?? '') ?? [];
      return [
        {
          environment,
          executionId: execution.pipelineExecutionId ?? '',
          startedAt: first.startTime ?? new Date(0),
          result: resultOf(own, { all, actionNames, execution }),
          image: imageOf(parametersOf(roll)) ?? imageOf(versionOf(made)),
          served: roll?.status === 'Succeeded',
          approval: approvalOf(all, environment),
          found: healthFound(all, environment),
          kept: keptServers(own),
          ...(target !== undefined && {
            rollback: {
              to: target,
              automatic: trigger?.triggerType === 'AutomatedRollback',
              by: trigger?.triggerDetail ?? '',
            },
          }),
        },
      ];
    })
    .sort((one, other) => other.startedAt.getTime() - one.startedAt.getTime());
}

/** Returns the latest attempt of each action of the stage, in the order of their starts. */
function latestAttempts(actions: readonly ActionExecutionDetail[], stage: string): ActionExecutionDetail[] {
  const latest = new Map<string, ActionExecutionDetail>();
  for (const action of inOrder(actions.filter(({ stageName }) => stageName === stage))) {
    latest.delete(action.actionName ?? '');
    latest.set(action.actionName ?? '', action);
  }
  return [...latest.values()];
}

function inOrder(actions: readonly ActionExecutionDetail[]): ActionExecutionDetail[] {
  return [...actions].sort((one, other) => startOf(one) - startOf(other));
}

function startOf({ startTime }: ActionExecutionDetail): number {
  return startTime?.getTime() ?? 0;
}

/**
 * Returns the result of the execution in this stage. CodePipeline lists executions and actions, but no stages. So a stage
 * has succeeded only if every action that it has now has run, or if the execution went on to another stage.
 */
function resultOf(
  own: readonly ActionExecutionDetail[],
  {
    all,
    actionNames,
    execution: { status },
  }: {
    all: readonly ActionExecutionDetail[];
    actionNames: readonly string[];
    execution: PipelineExecutionSummary;
  },
): DeploymentResult {
  if (own.some((action) => action.status === 'InProgress')) return 'InProgress';
  if (own.some((action) => action.status === 'Failed')) return 'Failed';
  if (own.some((action) => action.status === 'Abandoned')) return 'Stopped';
  const complete = actionNames.every((name) => own.some(({ actionName }) => actionName === name));
  const last = Math.max(...own.map(startOf));
  const wentOn = all.some((action) => action.stageName !== own[0]?.stageName && startOf(action) > last);
  // Only between stages is an execution superseded (A12).
  if (complete || wentOn || status === 'Succeeded' || status === 'Superseded') return 'Succeeded';
  if (status === 'Cancelled' || status === 'Failed') return status;
  return status === 'InProgress' ? 'InProgress' : 'Stopped';
}

/** Reads the health from the first attempt of `Prepare`. A later attempt sees servers that the first one rolled. */
function healthFound(all: readonly ActionExecutionDetail[], environment: string): Health | undefined {
  const values = inOrder(all).find(({ stageName, output }) => stageName === environment && output?.outputVariables)
    ?.output?.outputVariables;
  const { ReplacedServers: replaced, ServiceEnds: ended, StayedHealthy: stayedHealthy } = values ?? {};
  if (replaced === undefined || ended === undefined || stayedHealthy === undefined) return undefined;
  return { replaced: Number(replaced), ended: Number(ended), stayedHealthy: stayedHealthy === 'yes' };
}

function keptServers(own: readonly ActionExecutionDetail[]): number | undefined {
  const kept = own.find(({ output }) => output?.outputVariables?.['KeptServers'])?.output?.outputVariables;
  return kept && Number(kept['KeptServers']);
}

type Values = Readonly<Record<string, string>>;

/** Returns the parameters of the deployed stack, with every variable resolved. */
function parametersOf(action: ActionExecutionDetail | undefined): Values | undefined {
  const text = action?.input?.resolvedConfiguration?.['ParameterOverrides'];
  return text === undefined ? undefined : (JSON.parse(text) as Values);
}

/** Returns the output of the stage `Version` for the execution. */
function versionOf(actions: readonly ActionExecutionDetail[]): Values | undefined {
  return actions.find(({ output }) => output?.outputVariables?.['ImageVersion'] !== undefined)?.output?.outputVariables;
}

function imageOf(values: Values | undefined): Image | undefined {
  const version = values?.['ImageVersion'];
  if (values === undefined || version === undefined) return undefined;
  const { CommitId: commitId = '', CommitSubject: subject = '', ImageId: imageId } = values;
  return { version, commitId, subject, imageId };
}

function approvalOf(all: readonly ActionExecutionDetail[], environment: string): Deployment['approval'] {
  const approval = inOrder(all).findLast(
    ({ stageName = '', status, input }) =>
      [environment, approvalStageOf(environment)].includes(stageName) &&
      input?.actionTypeId?.category === 'Approval' &&
      status === 'Succeeded',
  );
  if (!approval) return undefined;
  const { updatedBy: by = '', output } = approval;
  const text = output?.executionResult?.externalExecutionSummary ?? '';
  // CodePipeline's own summary of an approval without one.
  return { by, summary: text === `Approved by ${by}` ? '' : text };
}
