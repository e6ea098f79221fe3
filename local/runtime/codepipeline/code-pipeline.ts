import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../kernel/failure';
import type { EventPublisher, Topics } from '../../kernel/ports';
import type { Store } from '../../kernel/store';
import { proveRoles } from './action-role';
import { Announcer } from './announcer';
import { type ApprovalPlace, approvalAsked } from './approval-answer';
import { type ApprovalAnswer, Approvals } from './approvals';
import { Conductor } from './conductor';
import type { PipelineDefinition } from './definition';
import { type Execution, isActive, runningActions, runningConditions, type StageRun, withStage } from './execution';
import { newExecution, type StartOptions } from './new-execution';
import { type OverrideOptions, overridden } from './override';
import { type PipelineRecord, Records } from './records';
import { type RetryOptions, retried, stageNotFound } from './retry';
import { checkRollback, rollbackExecution } from './rollback';
import type { RuleStarterOptions } from './rule-starter';
import { validateDefinition } from './validate-definition';

export interface CodePipelineOptions extends Omit<RuleStarterOptions, 'records' | 'announcer'> {
  readonly store: Store;
  readonly events: EventPublisher;
  /** Topics that announce approvals. */
  readonly topics: Topics;
}

/** Pipelines and their executions, in the modes SUPERSEDED and QUEUED. */
export class CodePipeline {
  readonly records: Records;
  private readonly announcer: Announcer;
  private readonly conductor: Conductor;

  constructor(private readonly options: CodePipelineOptions) {
    this.records = new Records(options.store);
    this.announcer = new Announcer(options);
    const approvals = new Approvals(options);
    this.conductor = new Conductor({
      ...options,
      approvals,
      runners: { ...options.runners, Manual: approvals.run },
      records: this.records,
      announcer: this.announcer,
    });
  }

  /**
   * Creates the pipeline, or updates its definition to a new version. Running executions continue with it, unless their
   * remaining stages are gone (A10).
   */
  put(definition: PipelineDefinition): PipelineRecord {
    validateDefinition(definition);
    proveRoles(this.options.roles, definition);
    const now = this.now();
    const existing = this.records.find(definition.name);
    const record = existing ? changed(existing, definition, now) : made(definition, now);
    this.records.put(record);
    for (const execution of this.records.active(definition.name)) {
      if (existing && !fits(execution, definition)) this.conductor.cancel(execution, existing.definition);
    }
    this.conductor.advance(definition.name);
    return record;
  }

  /** As `put`, for a new pipeline: AWS starts one at its creation. `by` is the creator's ARN. */
  create(definition: PipelineDefinition, by: string): PipelineRecord {
    const record = this.put(definition);
    this.start(definition.name, { trigger: 'CreatePipeline', detail: by });
    return record;
  }

  /** Its executions end with it; the work that their actions started continues. */
  delete(name: string): void {
    for (const { id } of this.records.find(name) ? this.records.active(name) : []) {
      this.stopExecution(name, id, { abandon: true, reason: 'The pipeline is deleted' });
    }
    this.records.delete(name);
  }

  start(name: string, options: StartOptions): Execution {
    const record = this.records.pipeline(name);
    const execution = newExecution(record, { id: this.options.ids.uuid(), now: this.now() }, options);
    this.records.add(execution);
    this.announcer.executionStarted(execution);
    this.conductor.advance(name);
    return execution;
  }

  /** A19. Abandoning leaves the provider's work running; waiting lets the actions in progress end. */
  stopExecution(name: string, id: string, { abandon, reason }: { abandon: boolean; reason: string }): void {
    const { definition } = this.records.pipeline(name);
    const execution = this.records.execution(name, id);
    if (!isActive(execution)) {
      throw new AwsError(
        'PipelineExecutionNotStoppableException',
        `The execution ${id} is in status ${execution.status} and cannot be stopped.`,
      );
    }
    if (execution.stop && !(abandon && !execution.stop.abandon)) {
      throw new AwsError('DuplicatedStopRequestException', `A stop request was already made for the execution ${id}.`);
    }
    validateLength('reason', reason, 200);
    const inside = execution.position.state === 'running' && execution.stages[execution.position.stage];
    const stopping: Execution = {
      ...(inside ? withStage(execution, inside.name, { status: 'Stopping' }) : execution),
      status: 'Stopping',
      stop: { abandon, reason },
      updatedAt: this.now(),
    };
    this.records.save(stopping);
    this.announcer.executionStopping(stopping);
    if (inside) this.announcer.stageStopping(stopping, inside.name);
    if (abandon) {
      const unchecked = this.conductor.endChecks(stopping, 'Abandoned');
      this.conductor.endActions(unchecked, definition, { status: 'Abandoned' });
    }
    this.conductor.advance(name);
  }

  /** A20: the failed actions of a failed stage, or all of them, in the same execution. */
  retry(name: string, options: RetryOptions): void {
    const record = this.records.pipeline(name);
    const execution = this.records.execution(name, options.id);
    const situation = { record, history: this.records.history(name), now: this.now() };
    const again = retried(execution, situation, options);
    this.records.save(again);
    this.announcer.stageRetried(again, options.stage);
    this.conductor.advance(name);
  }

  /** A21: `RollbackStage`. Returns the id of the new execution. */
  rollback(name: string, { stage, target: id, by }: { stage: string; target: string; by: string }): string {
    const record = this.records.pipeline(name);
    const target = this.records.execution(name, id);
    checkRollback(record, this.records.history(name), { stage, target });
    const trigger = { type: 'ManualRollback', detail: by };
    const request = { id: this.options.ids.uuid(), now: this.now(), stage, target, trigger };
    const execution = rollbackExecution(record, request);
    this.records.add(execution);
    this.announcer.executionStarted(execution);
    this.conductor.advance(name);
    return execution.id;
  }

  /** A22: `OverrideStageCondition`: the stage continues as if the condition had succeeded. */
  override(name: string, options: OverrideOptions): void {
    const record = this.records.pipeline(name);
    const execution = this.records.execution(name, options.id);
    const situation = { record, history: this.records.history(name), now: this.now() };
    const again = this.conductor.endChecks(overridden(execution, situation, options), 'Abandoned');
    if (!isActive(execution)) this.announcer.stageRetried(again, options.stage);
    this.conductor.advance(name);
  }

  /** A57: `PutApprovalResult`. Resolves, with the moment of the answer, once it is written down. */
  async answerApproval(name: string, place: ApprovalPlace, answer: ApprovalAnswer): Promise<string> {
    const { definition } = this.records.pipeline(name);
    validateLength('result.summary', answer.summary, 512);
    await this.conductor.answer(approvalAsked(definition, this.records.history(name), place), answer);
    return this.now();
  }

  /** A14. Without `disabled` it is open again. */
  setTransition(name: string, stage: string, disabled?: { reason: string }): void {
    const record = this.records.pipeline(name);
    if (!record.definition.stages.some((candidate) => candidate.name === stage)) throw stageNotFound(name, stage);
    if (disabled) validateLength('reason', disabled.reason, 300);
    const { [stage]: _, ...others } = record.disabledTransitions;
    const disabledTransitions = disabled ? { ...others, [stage]: { reason: disabled.reason, at: this.now() } } : others;
    this.records.put({ ...record, disabledTransitions });
    this.conductor.advance(name);
  }

  /**
   * After a kill: a running action cannot end any more, so it failed, and its execution with it. Only an approval still
   * waits for its person.
   */
  recover(): void {
    const error = { code: 'JobFailed', message: 'The local runtime stopped while this action was in progress.' };
    for (const { definition } of this.records.all()) {
      for (const execution of this.records.active(definition.name)) {
        this.conductor.resumeApprovals(execution, definition);
        // Running checks start again: a condition has no effects of its own.
        for (const { stage } of runningConditions(execution)) {
          this.records.save(withStage(execution, stage, { conditions: checkedOnes(execution, stage) }));
        }
        const lost = runningActions(execution).filter(({ run }) => !run.approval);
        if (lost.length === 0) continue;
        const interrupted = { ...execution, interrupted: true };
        this.conductor.endActions(interrupted, definition, { status: 'Failed', error, which: (run) => !run.approval });
        this.options.bus.emit({
          type: 'interruption-found',
          what: `execution ${execution.id} of ${definition.name}, in stage ${execution.stages[execution.position.stage]?.name}`,
          consequence: 'its running actions are failed',
        });
      }
      this.conductor.advance(definition.name);
    }
  }

  /** Ends all activity. `recover` of the next start fails what ran. */
  async stop(): Promise<void> {
    this.conductor.stop();
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}

function checkedOnes(execution: Execution, stage: string): StageRun['conditions'] {
  const conditions = execution.stages.find(({ name }) => name === stage)?.conditions ?? {};
  return Object.fromEntries(Object.entries(conditions).filter(([, { status }]) => status !== 'InProgress'));
}

function made(definition: PipelineDefinition, now: string): PipelineRecord {
  const counts = { version: 1, structureSince: 1, nextNumber: 1 };
  return { ...counts, definition, createdAt: now, updatedAt: now, active: [], disabledTransitions: {} };
}

/** The next version. One with the same stages is the same structure (A20, A21). */
function changed(existing: PipelineRecord, definition: PipelineDefinition, now: string): PipelineRecord {
  const version = existing.version + 1;
  const same = isDeepStrictEqual(plain(existing.definition.stages), plain(definition.stages));
  return {
    ...existing,
    definition,
    version,
    structureSince: same ? existing.structureSince : version,
    updatedAt: now,
  };
}

/** Returns the value in the store's form: without undefined members. */
function plain(stages: PipelineDefinition['stages']): unknown {
  return JSON.parse(JSON.stringify(stages));
}

/** True if the execution can continue with the definition: its stages all exist, in their order. */
function fits(execution: Execution, { stages }: PipelineDefinition): boolean {
  return (
    execution.stages.length === stages.length &&
    execution.stages.every(({ name }, index) => name === stages[index]?.name)
  );
}

function validateLength(member: string, text: string, most: number): void {
  if (text.length <= most) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  );
}
