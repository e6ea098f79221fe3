import { arn, type Scope } from '../../kernel/arn';
import type { EventBus, ExecutionEnd } from '../../kernel/events';
import type { EventPublisher } from '../../kernel/ports';
import type { ActionDefinition, ConditionKind } from './definition';
import type { ActionRun, Artifact, ConditionRun, Execution, StageRun, StageStatus } from './execution';

export interface AnnouncerOptions {
  readonly scope: Scope;
  readonly bus: EventBus;
  readonly events: EventPublisher;
}

/**
 * Publishes events of executions, stages and actions: on the bus of this run, and as CodePipeline's own events (A33).
 */
export class Announcer {
  constructor(private readonly options: AnnouncerOptions) {}

  executionStarted(execution: Execution): void {
    const { type, detail } = execution.trigger;
    const { rollbackTo, revisions } = execution;
    const rollback = rollbackTo && { stage: stageOf(execution), target: rollbackTo };
    this.options.bus.emit({
      type: 'execution-started',
      ...ids(execution),
      trigger: type,
      ...(rollback && { rollback }),
    });
    for (const { revisionId: commitId, summary: subject } of rollbackTo ? revisions : []) {
      this.options.bus.emit({ type: 'execution-source', ...ids(execution), commitId, subject });
    }
    this.execution(execution, 'STARTED', { 'execution-trigger': { 'trigger-type': type, 'trigger-detail': detail } });
  }

  executionStopping(execution: Execution): void {
    this.execution(execution, 'STOPPING', { 'stop-execution-comments': execution.stop?.reason });
  }

  /** With the rollback that follows, if one does (A22). */
  executionEnded(execution: Execution, status: ExecutionEnd, follows?: Execution): void {
    this.execution(execution, stateOf(status));
    const reason = execution.statusSummary;
    const rollback = follows?.rollbackTo && {
      executionId: follows.id,
      stage: stageOf(follows),
      target: follows.rollbackTo,
    };
    this.options.bus.emit({
      type: 'execution-finished',
      ...ids(execution),
      status,
      reason,
      ...(rollback && { rollback }),
    });
  }

  stageStarted(execution: Execution, name: string): void {
    this.options.bus.emit({ type: 'stage-started', ...ids(execution), stage: name });
    this.stage(execution, name, 'STARTED');
  }

  stageStopping(execution: Execution, name: string): void {
    this.stage(execution, name, 'STOPPING');
  }

  /** A20: the execution continues with a stage that had failed. */
  stageRetried(execution: Execution, name: string): void {
    this.execution(execution, 'RESUMED');
    this.options.bus.emit({ type: 'stage-started', ...ids(execution), stage: name });
    this.stage(execution, name, 'RESUMED');
  }

  stageEnded(execution: Execution, name: string, status: Exclude<StageStatus, 'InProgress' | 'Stopping'>): void {
    this.options.bus.emit({ type: 'stage-finished', ...ids(execution), stage: name, status });
    // A33: there is no event for a skipped stage.
    if (status !== 'Skipped') this.stage(execution, name, stateOf(status));
  }

  /** Records the result of a condition; there are no events of CodePipeline's for it (A33). */
  conditionChecked(execution: Execution, at: { stage: string; kind: ConditionKind; run: ConditionRun }): void {
    const { stage, kind, run } = at;
    const { status, summary } = run;
    const condition = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    this.options.bus.emit({ type: 'condition-checked', ...ids(execution), stage, condition, status, summary });
  }

  actionStarted(execution: Execution, at: AnnouncedAction): void {
    const { stage, action } = at;
    const { name, provider } = action;
    this.options.bus.emit({ type: 'action-started', ...ids(execution), stage, action: name, provider });
    this.action(execution, at, 'STARTED');
  }

  actionProgressed(execution: Execution, { stage, action }: AnnouncedAction, summary: string): void {
    this.options.bus.emit({ type: 'action-progressed', ...ids(execution), stage, action: action.name, summary });
  }

  /** A person is asked: the question, and the end of the time to answer (A57). */
  approvalWaiting(execution: Execution, { stage, action, run }: AnnouncedAction): void {
    const { configuration = {}, approval } = run;
    if (!approval) throw new Error(`the action ${action.name} asks nothing`);
    this.options.bus.emit({
      type: 'approval-waiting',
      ...ids(execution),
      stage,
      action: action.name,
      expiresAt: approval.expiresAt,
      customData: configuration['CustomData'],
      link: configuration['ExternalEntityLink'],
    });
  }

  actionEnded(execution: Execution, at: AnnouncedAction): void {
    const { stage, action, run } = at;
    const { name, provider } = action;
    const { status, outputVariables } = run;
    if (status === 'InProgress') throw new Error(`the action ${name} has not ended`);
    const summary = run.error?.message ?? run.summary;
    this.options.bus.emit({
      type: 'action-finished',
      ...ids(execution),
      stage,
      action: name,
      provider,
      status,
      summary,
      outputVariables,
    });
    this.action(execution, at, stateOf(status));
  }

  private execution(execution: Execution, state: string, more: object = {}): void {
    this.publish('Pipeline', execution, { 'start-time': execution.startedAt, state, ...more });
  }

  private stage(execution: Execution, name: string, state: string): void {
    const { startedAt, retriedAt }: Partial<StageRun> = execution.stages.find((run) => run.name === name) ?? {};
    this.publish('Stage', execution, {
      stage: name,
      'start-time': startedAt,
      'stage-last-retry-attempt-time': retriedAt,
      state,
    });
  }

  private action(execution: Execution, { stage, action, run }: AnnouncedAction, state: string): void {
    const { owner, provider, category, version } = action;
    this.publish('Action', execution, {
      stage,
      action: action.name,
      'action-execution-id': run.id,
      'start-time': run.startedAt,
      state,
      region: action.region ?? this.options.scope.region,
      type: { owner, provider, category, version },
      'input-artifacts': run.inputs?.map(location),
      'output-artifacts': run.status === 'Succeeded' ? run.outputs?.map(location) : undefined,
      'execution-result': run.status === 'InProgress' ? undefined : result(run),
    });
  }

  private publish(level: 'Pipeline' | 'Stage' | 'Action', execution: Execution, detail: object): void {
    const { pipeline, id, pipelineVersion, attempt } = execution;
    this.options.events.publish({
      source: 'aws.codepipeline',
      detailType: `CodePipeline ${level} Execution State Change`,
      resources: [arn(this.options.scope, 'codepipeline', pipeline)],
      detail: {
        pipeline,
        'execution-id': id,
        version: pipelineVersion,
        'pipeline-execution-attempt': attempt,
        ...detail,
      },
    });
  }
}

export interface AnnouncedAction {
  readonly stage: string;
  readonly action: ActionDefinition;
  readonly run: ActionRun;
}

function ids({ pipeline, id }: Execution): { pipeline: string; executionId: string } {
  return { pipeline, executionId: id };
}

/** The stage that the execution is at. */
function stageOf({ stages, position }: Execution): string {
  return stages[position.stage]?.name ?? '';
}

/** The states of events are those of the API in capitals; only "cancelled" has one letter less. */
function stateOf(status: string): string {
  return status === 'Cancelled' ? 'CANCELED' : status.toUpperCase();
}

function location({ name, bucket, key }: Artifact): object {
  return { name, s3location: { bucket, key } };
}

function result({ summary, externalId, error }: ActionRun): object {
  return {
    'external-execution-summary': error?.message ?? summary,
    'external-execution-id': externalId,
    'error-code': error?.code,
  };
}
