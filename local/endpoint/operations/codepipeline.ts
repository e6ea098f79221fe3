import type * as sdk from '@aws-sdk/client-codepipeline';
import { arn } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { CodePipeline } from '../../runtime/codepipeline/code-pipeline';
import type { Execution } from '../../runtime/codepipeline/execution';
import type { Jobs } from '../../runtime/codepipeline/jobs';
import { latestFirst, type PipelineRecord, type Records } from '../../runtime/codepipeline/records';
import { fitsStructure } from '../../runtime/codepipeline/rollback';
import type { Handlers } from '../handlers';
import { ruleExecutions } from './codepipeline-conditions';
import { actionExecutions, declaration, describeExecution, stageState, summarizeExecution } from './codepipeline-views';

/** CodePipeline: pipelines, their executions, and the results of Lambda jobs. */
export function codePipelineOperations(pipelines: CodePipeline, jobs: Jobs): Handlers<typeof sdk> {
  return { ...reading(pipelines), ...histories(pipelines), ...controlling(pipelines), ...results(jobs) };
}

function reading(pipelines: CodePipeline): Handlers<typeof sdk> {
  const { records } = pipelines;
  return {
    ListPipelines: () => ({
      pipelines: records.all().map(({ definition, version, createdAt, updatedAt }) => ({
        name: definition.name,
        version,
        pipelineType: definition.pipelineType,
        executionMode: definition.executionMode,
        created: new Date(createdAt),
        updated: new Date(updatedAt),
      })),
    }),
    GetPipeline({ name }, { scope }) {
      const record = records.pipeline(name ?? '');
      return {
        pipeline: declaration(record),
        metadata: {
          pipelineArn: arn(scope, 'codepipeline', name ?? ''),
          created: new Date(record.createdAt),
          updated: new Date(record.updatedAt),
        },
      };
    },
    GetPipelineState({ name = '' }) {
      const record = records.pipeline(name);
      const executions = { all: () => records.recent(name), active: records.active(name).sort(latestFirst) };
      return {
        pipelineName: name,
        pipelineVersion: record.version,
        stageStates: record.definition.stages.map((_, index) => stageState(record, executions, index)),
        created: new Date(record.createdAt),
        updated: new Date(record.updatedAt),
      };
    },
    GetPipelineExecution({ pipelineName = '', pipelineExecutionId = '' }) {
      const { executionMode } = records.pipeline(pipelineName).definition;
      return {
        pipelineExecution: describeExecution(records.execution(pipelineName, pipelineExecutionId), executionMode),
      };
    },
    ListPipelineExecutions({ pipelineName = '', filter, maxResults = 100, nextToken }) {
      const record = records.pipeline(pipelineName);
      const { executionMode } = record.definition;
      const succeeded = filter?.succeededInStage?.stageName;
      const executions = matching(
        records.recent(pipelineName),
        (execution) => !succeeded || succeededIn(execution, record, succeeded),
      );
      const { page, next } = paged(executions, { maxResults, nextToken });
      return { pipelineExecutionSummaries: page.map((one) => summarizeExecution(one, executionMode)), nextToken: next };
    },
  };
}

function histories({ records }: CodePipeline): Handlers<typeof sdk> {
  return {
    ListActionExecutions({ pipelineName = '', filter, maxResults = 100, nextToken }, { scope }) {
      const { definition } = records.pipeline(pipelineName);
      const latest = filter?.latestInPipelineExecution;
      const wanted = latest?.pipelineExecutionId ?? filter?.pipelineExecutionId;
      const details = each(executionsOf(records, pipelineName, wanted), (execution) =>
        actionExecutions(execution, { definition, region: scope.region, latest: latest !== undefined }),
      );
      const { page, next } = paged(details, { maxResults, nextToken });
      return { actionExecutionDetails: page, nextToken: next };
    },
    ListRuleExecutions({ pipelineName = '', filter, maxResults = 100, nextToken }, { scope }) {
      const { definition } = records.pipeline(pipelineName);
      const latest = filter?.latestInPipelineExecution;
      const wanted = latest?.pipelineExecutionId ?? filter?.pipelineExecutionId;
      const details = each(executionsOf(records, pipelineName, wanted), (execution) =>
        ruleExecutions(execution, { definition, region: scope.region, latest: latest !== undefined }),
      );
      const { page, next } = paged(details, { maxResults, nextToken });
      return { ruleExecutionDetails: page, nextToken: next };
    },
  };
}

function controlling(pipelines: CodePipeline): Handlers<typeof sdk> {
  return {
    StartPipelineExecution({ name, variables, sourceRevisions }, { principal }) {
      const execution = pipelines.start(name ?? '', {
        trigger: 'StartPipelineExecution',
        detail: principal.arn,
        variables: Object.fromEntries((variables ?? []).map(({ name, value }) => [name ?? '', value ?? ''])),
        overrides: (sourceRevisions ?? []).map(({ actionName, revisionType, revisionValue }) => ({
          action: actionName ?? '',
          type: revisionType ?? '',
          value: revisionValue ?? '',
        })),
      });
      return { pipelineExecutionId: execution.id };
    },
    StopPipelineExecution({ pipelineName, pipelineExecutionId, abandon = false, reason = '' }) {
      pipelines.stopExecution(pipelineName ?? '', pipelineExecutionId ?? '', { abandon, reason });
      return { pipelineExecutionId };
    },
    RetryStageExecution({ pipelineName, pipelineExecutionId, stageName, retryMode }) {
      pipelines.retry(pipelineName ?? '', {
        id: pipelineExecutionId ?? '',
        stage: stageName ?? '',
        mode: retryMode ?? 'FAILED_ACTIONS',
      });
      return { pipelineExecutionId };
    },
    OverrideStageCondition({ pipelineName = '', stageName = '', pipelineExecutionId = '', conditionType }) {
      const kind = conditionType && OVERRIDABLE[conditionType];
      if (!kind) throw invalid('conditionType', 'Member must satisfy enum value set: [BEFORE_ENTRY, ON_SUCCESS]');
      pipelines.override(pipelineName, { id: pipelineExecutionId, stage: stageName, kind });
      return {};
    },
    RollbackStage({ pipelineName = '', stageName = '', targetPipelineExecutionId = '' }, { principal }) {
      const rollback = { stage: stageName, target: targetPipelineExecutionId, by: principal.arn };
      return { pipelineExecutionId: pipelines.rollback(pipelineName, rollback) };
    },
    async PutApprovalResult({ pipelineName = '', stageName = '', actionName = '', token = '', result }, { principal }) {
      const { status, summary = '' } = result ?? {};
      if (status !== 'Approved' && status !== 'Rejected') {
        throw invalid('result.status', 'Member must satisfy enum value set: [Approved, Rejected]');
      }
      const place = { stage: stageName, action: actionName, token };
      const at = await pipelines.answerApproval(pipelineName, place, { status, summary, by: principal.arn });
      return { approvedAt: new Date(at) };
    },
    DisableStageTransition({ pipelineName, stageName, transitionType, reason = '' }) {
      inboundOnly(transitionType);
      pipelines.setTransition(pipelineName ?? '', stageName ?? '', { reason });
      return {};
    },
    EnableStageTransition({ pipelineName, stageName, transitionType }) {
      inboundOnly(transitionType);
      pipelines.setTransition(pipelineName ?? '', stageName ?? '');
      return {};
    },
  };
}

function results(jobs: Jobs): Handlers<typeof sdk> {
  return {
    PutJobSuccessResult({ jobId = '', outputVariables, continuationToken, executionDetails = {} }) {
      const { summary, externalExecutionId: externalId, percentComplete } = executionDetails;
      validateLength('continuationToken', continuationToken, 2048);
      validateLength('executionDetails.summary', summary, 2048);
      validateLength('executionDetails.externalExecutionId', externalId, 1500);
      if (percentComplete !== undefined && (percentComplete < 0 || percentComplete > 100)) {
        throw invalid('executionDetails.percentComplete', 'Member must have value from 0 to 100');
      }
      jobs.succeed(jobId, { outputVariables, continuationToken, summary, externalId, percentComplete });
      return {};
    },
    PutJobFailureResult({ jobId = '', failureDetails }) {
      const { type = '', message = '', externalExecutionId: externalId } = failureDetails ?? {};
      if (!FAILURE_TYPES.has(type)) {
        throw invalid('failureDetails.type', `Member must satisfy enum value set: [${[...FAILURE_TYPES].join(', ')}]`);
      }
      validateLength('failureDetails.message', message, 5000);
      validateLength('failureDetails.externalExecutionId', externalId, 1500);
      jobs.fail(jobId, { type, message, externalId });
      return {};
    },
  };
}

const OVERRIDABLE = { BEFORE_ENTRY: 'beforeEntry', ON_SUCCESS: 'onSuccess' } as const;

/** A40. */
const FAILURE_TYPES = new Set([
  'JobFailed',
  'ConfigurationError',
  'PermissionError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
  'SystemUnavailable',
]);

/** A40: a given value must not be empty. */
function validateLength(member: string, text: string | undefined, most: number): void {
  if (text === undefined || (text.length >= 1 && text.length <= most)) return;
  throw invalid(
    member,
    `Member must have length less than or equal to ${most}, Member must have length greater than or equal to 1`,
  );
}

function invalid(member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** Under the pipeline's present structure, as the filter of executions that a rollback could go back to has it. */
function succeededIn(execution: Execution, record: PipelineRecord, stage: string): boolean {
  const run = execution.stages.find(({ name }) => name === stage);
  return run?.status === 'Succeeded' && fitsStructure(execution, record);
}

function inboundOnly(transitionType: string | undefined): void {
  if (transitionType !== 'Inbound') {
    throw new AwsError(
      'ValidationException',
      `Only Inbound transitions are supported by the local runtime, not ${transitionType}.`,
    );
  }
}

/** Returns a pipeline's executions, the latest first, or only the wanted one. */
function executionsOf(records: Records, pipeline: string, wanted: string | undefined): Iterable<Execution> {
  if (wanted === undefined) return records.recent(pipeline);
  const execution = records.findExecution(pipeline, wanted);
  return execution ? [execution] : [];
}

function* matching<T>(all: Iterable<T>, wanted: (one: T) => boolean): Generator<T> {
  for (const one of all) if (wanted(one)) yield one;
}

function* each<T, R>(all: Iterable<T>, of: (one: T) => readonly R[]): Generator<R> {
  for (const one of all) yield* of(one);
}

/** Returns one page of a long list, and reads no further. */
function paged<T>(
  all: Iterable<T>,
  { maxResults, nextToken }: { maxResults: number; nextToken?: string },
): { page: T[]; next?: string } {
  const from = Number(nextToken ?? 0);
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('InvalidNextTokenException', 'The next token was specified in an invalid format.');
  const end = from + maxResults;
  const page: T[] = [];
  let index = 0;
  for (const one of all) {
    if (index === end) return { page, next: String(end) };
    if (index++ >= from) page.push(one);
  }
  return { page };
}
