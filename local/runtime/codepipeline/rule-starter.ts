import { messageOf } from '../../kernel/failure';
import { assumedRole } from '../../kernel/principal';
import { assumeActionRole } from './action-role';
import type { ActionStarterOptions } from './action-starter';
import { ActionFailed, type ActionRequest, type ActionRunner } from './actions/action';
import { type ConditionKind, conditionOf, type RuleDefinition, type StageDefinition } from './definition';
import { type ActionRun, type Artifact, type ConditionRun, type Execution, withCondition } from './execution';
import { resolveConfiguration } from './variables';

export interface RuleStarterOptions extends ActionStarterOptions {
  /** By provider: `VariableCheck`, `LambdaInvoke` … */
  readonly rules: Readonly<Record<string, ActionRunner>>;
}

/** One condition of one stage of one execution. */
export interface ConditionPlace {
  readonly pipeline: string;
  readonly executionId: string;
  readonly stage: StageDefinition;
  readonly kind: ConditionKind;
}

/** Checks the conditions of stages (A22): runs their rules in parallel, and stores the results. */
export class RuleStarter {
  private stopped = false;
  /** By execution: aborted when the results of its rules are no longer needed. */
  private readonly waits = new Map<string, AbortController>();

  constructor(private readonly options: RuleStarterOptions) {}

  /** Writes the condition down as InProgress and runs its rules. `ended` is called once its end is written down. */
  check(place: ConditionPlace, ended: () => void): void {
    const { rules = [] } = conditionOf(place.stage, place.kind) ?? {};
    const now = this.now();
    const started = rules.map(({ name }): [string, ActionRun] => [
      name,
      { id: this.options.ids.uuid(), status: 'InProgress', startedAt: now, changedAt: now },
    ]);
    const run: ConditionRun = { status: 'InProgress', changedAt: now, rules: Object.fromEntries(started) };
    const execution = this.options.records.execution(place.pipeline, place.executionId);
    this.options.records.save(withCondition(execution, { stage: place.stage.name, kind: place.kind, run }));
    const wait = this.waits.get(execution.id) ?? new AbortController();
    this.waits.set(execution.id, wait);
    const ends = rules.map((rule) =>
      this.follow(place, rule, { id: run.rules[rule.name]?.id ?? '', signal: wait.signal }),
    );
    Promise.all(ends).then(() => {
      if (this.waits.get(execution.id) === wait) this.waits.delete(execution.id);
      this.conclude(place);
      ended();
    });
  }

  /** The results of the execution's rules are no longer needed. */
  abandon(executionId: string): void {
    this.waits.get(executionId)?.abort();
    this.waits.delete(executionId);
  }

  stop(): void {
    this.stopped = true;
    for (const executionId of [...this.waits.keys()]) this.abandon(executionId);
  }

  private async follow(
    place: ConditionPlace,
    rule: RuleDefinition,
    run: { id: string; signal: AbortSignal },
  ): Promise<void> {
    try {
      const { summary, externalId } = await this.run(place, rule, run);
      this.change(place, { rule, id: run.id }, { status: 'Succeeded', summary, externalId });
    } catch (error) {
      const code = error instanceof ActionFailed ? error.code : error instanceof Error ? error.name : 'JobFailed';
      const shown = error instanceof ActionFailed ? error.shown : {};
      const failure = { code, message: messageOf(error) };
      this.change(place, { rule, id: run.id }, { status: 'Failed', error: failure, ...shown });
    }
  }

  private async run(place: ConditionPlace, rule: RuleDefinition, run: { id: string; signal: AbortSignal }) {
    const runner = this.options.rules[rule.provider];
    if (!runner) throw new ActionFailed('ConfigurationError', `No runner for the rule provider ${rule.provider}`);
    const request = this.request(place, rule, run);
    const { configuration, inputs } = request;
    this.change(place, { rule, id: run.id }, { configuration, inputs });
    return runner(request);
  }

  private request(
    { pipeline, executionId, stage }: ConditionPlace,
    rule: RuleDefinition,
    { id, signal }: { id: string; signal: AbortSignal },
  ): ActionRequest {
    const { definition } = this.options.records.pipeline(pipeline);
    const execution = this.options.records.execution(pipeline, executionId);
    const codepipeline = { PipelineExecutionId: executionId };
    const { roleArn: actionRole } = rule;
    return {
      pipeline,
      executionId,
      stage: stage.name,
      signal,
      outputs: [],
      scope: this.options.scope,
      action: { ...rule, category: 'Rule', owner: 'AWS', runOrder: 1, outputArtifacts: [] },
      inputs: rule.inputArtifacts.map((name) => located(execution, name)),
      configuration: resolveConfiguration(rule, { ...execution.variables, codepipeline }),
      revisions: execution.revisions,
      overrides: [],
      principal: assumedRole(actionRole ?? definition.roleArn, id),
      credentials: assumeActionRole(this.options.roles, { pipelineRole: definition.roleArn, actionRole, session: id }),
      progress: () => {},
    };
  }

  /** All rules have ended: the condition fails if any of them did. */
  private conclude({ pipeline, executionId, stage, kind }: ConditionPlace): void {
    const { execution, run } = this.checked({ pipeline, executionId, stage, kind }) ?? {};
    const rules = Object.values(run?.rules ?? {});
    if (!execution || !run || rules.some(({ status }) => status === 'InProgress')) return;
    const failed = Object.entries(run.rules).filter(([, rule]) => rule.status === 'Failed');
    const why = failed.map(([name, rule]) => `${name}: ${rule.error?.message}`).join('; ');
    const concluded: ConditionRun = {
      ...run,
      status: failed.length > 0 ? 'Failed' : 'Succeeded',
      summary: why || `All rules of ${kind} succeeded.`,
      changedAt: this.now(),
    };
    const at = { stage: stage.name, kind, run: concluded };
    const changed = withCondition(execution, at);
    this.options.records.save(changed);
    this.options.announcer.conditionChecked(changed, at);
  }

  private change(
    place: ConditionPlace,
    { rule, id }: { rule: RuleDefinition; id: string },
    change: Partial<ActionRun>,
  ): void {
    const { execution, run } = this.checked(place) ?? {};
    const before = run?.rules[rule.name];
    if (!execution || !run || before?.id !== id || before.status !== 'InProgress') return;
    const rules = { ...run.rules, [rule.name]: { ...before, ...change, changedAt: this.now() } };
    const { stage, kind } = place;
    this.options.records.save(withCondition(execution, { stage: stage.name, kind, run: { ...run, rules } }));
  }

  /** The condition, while it is still being checked. */
  private checked({ pipeline, executionId, stage, kind }: ConditionPlace) {
    if (this.stopped) return undefined;
    const execution = this.options.records.findExecution(pipeline, executionId);
    const run = execution?.stages.find(({ name }) => name === stage.name)?.conditions?.[kind];
    return execution && run?.status === 'InProgress' ? { execution, run } : undefined;
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}

function located(execution: Execution, name: string): Artifact {
  const location = execution.artifacts[name];
  if (!location) {
    throw new ActionFailed('ConfigurationError', `The input artifact ${name} does not exist in this execution`);
  }
  return { name, ...location };
}
