import { parseArn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { messageOf } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Objects, Roles } from '../../kernel/ports';
import { assumedRole, type Credentials } from '../../kernel/principal';
import { assumeActionRole } from './action-role';
import { ActionTimeouts } from './action-timeout';
import { ActionFailed, type ActionRequest, type ActionResult, type ActionRunner } from './actions/action';
import type { Announcer } from './announcer';
import { bringInputs, bucketFor, inputsFor } from './artifact-stores';
import type { ActionDefinition, PipelineDefinition } from './definition';
import { type ActionRun, type Artifact, type ArtifactLocation, type Execution, withAction } from './execution';
import type { Records } from './records';
import { checkOutputVariables, resolveConfiguration } from './variables';

export interface ActionStarterOptions {
  readonly scope: Scope;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly roles: Pick<Roles, 'assume'>;
  readonly objects: Pick<Objects, 'read' | 'write'>;
  /** By provider: `CodeCommit`, `CodeBuild`, `CloudFormation`, `Lambda`. */
  readonly runners: Readonly<Record<string, ActionRunner>>;
  readonly records: Records;
  readonly announcer: Announcer;
}

/** One action of one stage of one execution. */
export interface ActionRef {
  readonly pipeline: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: ActionDefinition;
}

/** Context of an action. */
interface Running {
  readonly definition: PipelineDefinition;
  readonly run: ActionRun;
}

/** Starts single actions, and stores their results. */
export class ActionStarter {
  private stopped = false;
  /** By the id of the run: settled once its end is written down. */
  private readonly ends = new Map<string, Promise<void>>();

  private readonly timeouts: ActionTimeouts;

  constructor(private readonly options: ActionStarterOptions) {
    this.timeouts = new ActionTimeouts(options.clock);
  }

  /** Writes the action down as InProgress and starts it. `ended` is called once its end is written down. */
  start(target: ActionRef, ended: () => void): void {
    const { definition } = this.options.records.pipeline(target.pipeline);
    const execution = this.options.records.execution(target.pipeline, target.executionId);
    const now = this.now();
    const run: ActionRun = {
      id: this.options.ids.uuid(),
      status: 'InProgress',
      startedAt: now,
      changedAt: now,
      inputs: inputsFor(definition, execution, target.action),
      outputs: target.action.outputArtifacts.map((name) => this.place(definition, target.action, name)),
    };
    const begun = withAction(execution, { stage: target.stage, action: target.action.name, run });
    this.options.records.save(begun);
    this.options.announcer.actionStarted(begun, { ...target, run });
    this.follow(target, { definition, run }, ended);
  }

  /** Goes on with an action that outlives the runtime that started it: an approval that no one has answered. */
  resume(target: ActionRef, ended: () => void): void {
    const { definition } = this.options.records.pipeline(target.pipeline);
    const execution = this.options.records.execution(target.pipeline, target.executionId);
    const run = execution.stages.find(({ name }) => name === target.stage)?.actions[target.action.name];
    if (!run) throw new Error(`the action ${target.action.name} has not started`);
    this.options.announcer.approvalWaiting(execution, { ...target, run });
    this.follow(target, { definition, run }, ended);
  }

  /** Resolves when the reported end of a run is stored. */
  async written(runId: string): Promise<void> {
    await this.ends.get(runId);
  }

  /** From now on nothing that ends is written down. */
  stop(): void {
    this.stopped = true;
    this.timeouts.stop();
  }

  private follow(target: ActionRef, running: Running, ended: () => void): void {
    const { run } = running;
    const end = this.timeouts
      .watch(target.action, this.run(target, running))
      .then(
        (result) => this.succeeded(target, run, result),
        (error: unknown) => this.failed(target, run, error),
      )
      .then(() => void this.ends.delete(run.id))
      .then(ended);
    this.ends.set(run.id, end);
  }

  private async run(target: ActionRef, { definition, run }: Running): Promise<ActionResult> {
    const { action } = target;
    const runner = this.options.runners[action.provider];
    if (!runner) throw new ActionFailed('ConfigurationError', `No runner for the action provider ${action.provider}`);
    const request = this.request(target, { definition, run });
    this.change(target, run.id, { configuration: request.configuration });
    const result = await runner(request);
    checkOutputVariables(result.outputVariables ?? {});
    return result;
  }

  private request(target: ActionRef, { definition, run }: Running): ActionRequest {
    const { pipeline, executionId, stage, action } = target;
    const execution = this.options.records.execution(pipeline, executionId);
    const missing = action.inputArtifacts.find((name) => !execution.artifacts[name]);
    if (missing) {
      throw new ActionFailed('ConfigurationError', `The input artifact ${missing} does not exist in this execution`);
    }
    const { inputs = [], outputs = [], approval } = run;
    bringInputs(this.options.objects, inputs, execution.artifacts);
    const codepipeline = { PipelineExecutionId: executionId };
    return {
      pipeline,
      executionId,
      stage,
      action,
      inputs,
      outputs,
      approval,
      scope: this.scopeOf(action),
      configuration: resolveConfiguration(action, { ...execution.variables, codepipeline }),
      revisions: execution.revisions,
      overrides: execution.overrides,
      principal: assumedRole(action.roleArn ?? definition.roleArn, run.id),
      credentials: this.credentials(definition, action, run.id),
      progress: (change) => this.progressed(target, run.id, change),
    };
  }

  private credentials(definition: PipelineDefinition, action: ActionDefinition, session: string): Credentials {
    try {
      return assumeActionRole(this.options.roles, {
        pipelineRole: definition.roleArn,
        actionRole: action.roleArn,
        session,
      });
    } catch (error) {
      throw new ActionFailed('PermissionError', messageOf(error));
    }
  }

  /** An action works in the account of the role it runs as. */
  private scopeOf({ roleArn = '', region }: ActionDefinition): Scope {
    const { scope } = this.options;
    return { ...scope, account: parseArn(roleArn)?.account ?? scope.account, region: region ?? scope.region };
  }

  /** A59: `pipeline/artifact/random`, names cut short, in the bucket of the action's region. */
  private place(definition: PipelineDefinition, { region }: ActionDefinition, name: string): Artifact {
    const key = `${definition.name.slice(0, 20)}/${name.slice(0, 10)}/${this.options.ids.letters(7)}.zip`;
    return { name, bucket: bucketFor(definition, region), key };
  }

  private progressed(target: ActionRef, runId: string, change: Parameters<ActionRequest['progress']>[0]): void {
    const changed = this.change(target, runId, defined(change));
    if (!changed) return;
    if (change.approval) this.options.announcer.approvalWaiting(changed.execution, { ...target, run: changed.run });
    if (change.summary) {
      this.options.announcer.actionProgressed(changed.execution, { ...target, run: changed.run }, change.summary);
    }
  }

  private succeeded(target: ActionRef, { id, outputs = [] }: ActionRun, result: ActionResult): void {
    const { action } = target;
    const { outputVariables = {}, revision, summary, externalId, updatedBy } = result;
    const change = { status: 'Succeeded', outputVariables, ...defined({ summary, externalId, updatedBy }) } as const;
    const changed = this.change(target, id, change);
    if (!changed) return;
    const { execution, run } = changed;
    const artifacts: Record<string, ArtifactLocation> = { ...execution.artifacts };
    for (const { name, bucket, key } of outputs) artifacts[name] = { bucket, key };
    const variables = action.namespace
      ? { ...execution.variables, [action.namespace]: outputVariables }
      : execution.variables;
    const revisions = revision
      ? [...execution.revisions.filter((other) => other.action !== action.name), { ...revision, action: action.name }]
      : execution.revisions;
    this.options.records.save({ ...execution, artifacts, variables, revisions });
    if (revision) {
      const { revisionId: commitId, summary: subject } = revision;
      const { pipeline, executionId } = target;
      this.options.bus.emit({ type: 'execution-source', pipeline, executionId, commitId, subject });
    }
    this.options.announcer.actionEnded(execution, { ...target, run });
  }

  private failed(target: ActionRef, { id }: ActionRun, error: unknown): void {
    const code = error instanceof ActionFailed ? error.code : error instanceof Error ? error.name : 'JobFailed';
    const shown = error instanceof ActionFailed ? error.shown : {};
    const changed = this.change(target, id, {
      status: 'Failed',
      error: { code, message: messageOf(error) },
      ...defined(shown),
    });
    if (changed) this.options.announcer.actionEnded(changed.execution, { ...target, run: changed.run });
  }

  /** Changes the run, unless it has ended meanwhile: an abandoned action's provider may still finish (A19). */
  private change(
    { pipeline, executionId, stage, action }: ActionRef,
    runId: string,
    change: Partial<ActionRun>,
  ): { execution: Execution; run: ActionRun } | undefined {
    if (this.stopped) return undefined;
    const execution = this.options.records.findExecution(pipeline, executionId);
    const before = execution?.stages.find(({ name }) => name === stage)?.actions[action.name];
    if (!execution || before?.id !== runId || before.status !== 'InProgress') return undefined;
    const run: ActionRun = { ...before, ...change, changedAt: this.now() };
    const changed = withAction(execution, { stage, action: action.name, run });
    this.options.records.save(changed);
    return { execution: changed, run };
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}

/** Removes undefined members, so that known values stay. */
function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
