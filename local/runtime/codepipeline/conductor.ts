import { ActionStarter } from './action-starter';
import type { ApprovalAnswer, Approvals } from './approvals';
import type { ActionDefinition, PipelineDefinition, StageDefinition } from './definition';
import {
  type ActionRun,
  type Execution,
  endedRules,
  failureOf,
  runningActions,
  runningConditions,
  withAction,
  withCondition,
  withStage,
} from './execution';
import { inStageAgain } from './retry';
import { lastSuccess, rollbackExecution } from './rollback';
import { RuleStarter, type RuleStarterOptions } from './rule-starter';
import { nextMove, type ScheduleStep } from './schedule';

type End = 'Succeeded' | 'Failed' | 'Stopped' | 'Superseded' | 'Cancelled';

/** Advances executions: asks the schedule for the next step, executes it, and asks again. */
export class Conductor {
  private readonly starter: ActionStarter;
  private readonly rules: RuleStarter;
  private stopped = false;

  constructor(private readonly options: RuleStarterOptions & { readonly approvals: Approvals }) {
    this.starter = new ActionStarter(options);
    this.rules = new RuleStarter(options);
  }

  /** Executes all possible steps; the end of an action continues from there. */
  advance(pipeline: string): void {
    if (this.stopped) return;
    const situation = () => {
      const { definition, disabledTransitions } = this.options.records.pipeline(pipeline);
      const executions = this.options.records.active(pipeline);
      return { definition, executions, disabledTransitions: new Set(Object.keys(disabledTransitions)) };
    };
    if (!this.options.records.find(pipeline)) return;
    for (let move = nextMove(situation()); move; move = nextMove(situation())) this.carryOut(move);
  }

  /** Ends running actions (those that `which` selects), whatever their providers report later, and stores this. */
  endActions(
    execution: Execution,
    definition: PipelineDefinition,
    { which = () => true, ...end }: Pick<ActionRun, 'status' | 'error'> & { which?: (run: ActionRun) => boolean },
  ): Execution {
    const running = runningActions(execution).filter(({ run }) => which(run));
    const changedAt = this.now();
    for (const { run } of running) if (run.approval) this.options.approvals.forget(run.approval.token);
    const ended = running.reduce(
      (changed, { stage, action, run }) => withAction(changed, { stage, action, run: { ...run, ...end, changedAt } }),
      execution,
    );
    this.options.records.save(ended);
    for (const { stage, action: name, run } of running) {
      const action = actionOf(definition, stage, name);
      if (action) this.options.announcer.actionEnded(ended, { stage, action, run: { ...run, ...end } });
    }
    return ended;
  }

  /** After a restart: approvals that were asked are waited for again. */
  resumeApprovals(execution: Execution, definition: PipelineDefinition): void {
    const { pipeline, id: executionId } = execution;
    for (const { stage, action: name, run } of runningActions(execution)) {
      const action = run.approval && actionOf(definition, stage, name);
      if (action) this.starter.resume({ pipeline, executionId, stage, action }, () => this.advance(pipeline));
    }
  }

  /** A57: the approval was answered; resolves when the answer is stored. */
  async answer(run: ActionRun, answer: ApprovalAnswer): Promise<void> {
    this.options.approvals.answer(run.approval?.token ?? '', answer);
    await this.starter.written(run.id);
  }

  /** Ends the checks of conditions. */
  endChecks(execution: Execution, status: 'Abandoned' | 'Cancelled' | 'Overridden'): Execution {
    const ended = runningConditions(execution).reduce(
      (changed, { stage, kind, run }) =>
        withCondition(changed, { stage, kind, run: { ...endedRules(run, this.now()), status, changedAt: this.now() } }),
      execution,
    );
    this.options.records.save(ended);
    this.rules.abandon(execution.id);
    return ended;
  }

  /** A10: its remaining stages are gone. */
  cancel(execution: Execution, definition: PipelineDefinition): void {
    const checked = this.endChecks(execution, 'Cancelled');
    let cancelled = this.endActions(checked, definition, { status: 'Abandoned' });
    const inside = execution.position.state === 'running' && execution.stages[execution.position.stage];
    if (inside) {
      cancelled = withStage(cancelled, inside.name, { status: 'Cancelled' });
      this.options.announcer.stageEnded(cancelled, inside.name, 'Cancelled');
    }
    this.end(cancelled, 'Cancelled', 'The pipeline definition was updated before the execution completed.');
  }

  /** From now on nothing starts, and nothing that ends is written down: the store is about to close. */
  stop(): void {
    this.stopped = true;
    this.starter.stop();
    this.rules.stop();
    this.options.approvals.stop();
  }

  private carryOut(move: ScheduleStep): void {
    const { execution } = move;
    switch (move.type) {
      case 'supersede':
        return this.end(execution, 'Superseded', `superseded by ${move.by.id}`);
      case 'stop':
        return this.end(execution, 'Stopped', execution.stop?.reason);
      case 'enter': {
        const { name } = move.stage;
        const inside: Execution = {
          ...withStage(execution, name, { status: 'InProgress', startedAt: this.now() }),
          position: { ...execution.position, state: 'running' },
          updatedAt: this.now(),
        };
        this.options.records.save(inside);
        return this.options.announcer.stageStarted(inside, name);
      }
      case 'start-actions':
        for (const action of move.actions) {
          const target = { pipeline: execution.pipeline, executionId: execution.id, stage: move.stage.name, action };
          this.starter.start(target, () => this.advance(execution.pipeline));
        }
        return;
      case 'check': {
        const at = { pipeline: execution.pipeline, executionId: execution.id, stage: move.stage, kind: move.kind };
        return this.rules.check(at, () => this.advance(execution.pipeline));
      }
      case 'stage-ended':
        return this.stageEnded(move);
    }
  }

  private stageEnded({ execution, stage, status, last, result }: Extract<ScheduleStep, { type: 'stage-ended' }>): void {
    const left = { ...withStage(execution, stage.name, { status }), updatedAt: this.now() };
    this.options.records.save(left);
    this.options.announcer.stageEnded(left, stage.name, status);
    if (status === 'Failed') return this.stageFailed(left, stage, result);
    if (status === 'Stopped') return this.end(left, 'Stopped', execution.stop?.reason);
    if (last) return this.end(left, 'Succeeded');
    this.options.records.save({ ...left, position: { stage: execution.position.stage + 1, state: 'waiting' } });
  }

  /** A22: a stage may be retried once automatically, or be rolled back to its last success. */
  private stageFailed(execution: Execution, { name, onFailure }: StageDefinition, result?: 'ROLLBACK' | 'RETRY'): void {
    const index = execution.position.stage;
    const run = execution.stages[index];
    if (result === 'RETRY') {
      const { retryMode: mode = 'FAILED_ACTIONS' } = onFailure ?? {};
      const again = inStageAgain(execution, { index, mode, now: this.now(), trigger: 'AutomatedStageRetry' });
      this.options.records.save(again);
      return this.options.announcer.stageRetried(again, name);
    }
    const rollback = result === 'ROLLBACK' ? this.rollbackOf(execution, name) : undefined;
    const failed = ended(execution, { status: 'Failed', now: this.now(), reason: failureOf(run) });
    if (rollback) this.options.records.add(rollback, () => this.options.records.save(failed));
    else this.options.records.save(failed);
    this.options.announcer.executionEnded(failed, 'Failed', rollback);
    if (rollback) this.options.announcer.executionStarted(rollback);
  }

  /** A23: none without an earlier success; and a failed rollback is not rolled back. */
  private rollbackOf(failed: Execution, stage: string): Execution | undefined {
    const { records, ids } = this.options;
    const record = records.pipeline(failed.pipeline);
    const target = failed.rollbackTo ? undefined : lastSuccess(record, records.history(failed.pipeline), stage);
    const trigger = { type: 'AutomatedRollback', detail: JSON.stringify({ FailedPipelineExecutionId: failed.id }) };
    return target && rollbackExecution(record, { id: ids.uuid(), now: this.now(), stage, target, trigger });
  }

  private end(execution: Execution, status: End, reason?: string): void {
    const at = ended(execution, { status, now: this.now(), reason });
    this.options.records.save(at);
    this.options.announcer.executionEnded(at, status);
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}

function ended(
  execution: Execution,
  { status, now, reason }: { status: End; now: string; reason?: string },
): Execution {
  return {
    ...execution,
    status,
    position: { ...execution.position, state: 'ended' },
    updatedAt: now,
    ...(reason ? { statusSummary: reason } : {}),
  };
}

function actionOf({ stages }: PipelineDefinition, stage: string, action: string): ActionDefinition | undefined {
  return stages.find(({ name }) => name === stage)?.actions.find(({ name }) => name === action);
}
