import { setMaxListeners } from 'node:events';
import { AwsError, isAwsError, messageOf } from '../kernel/failure';
import type { ChangeSetSummary, StackSummary, Stacks } from '../kernel/ports';
import type { Principal } from '../kernel/principal';
import type { Engine, StackEngineOptions } from './parts';
import { drive } from './phases/drive';
import { actingPrincipal, type StackOperation } from './phases/operation';
import { takeUp } from './phases/recover';
import type { Signal } from './provider';
import { beginCreate, beginDelete, beginRollback, beginUpdate } from './requests/begin';
import {
  beginExecution,
  concludeChangeSet,
  createChangeSet,
  deleteChangeSet,
  type Execution,
} from './requests/change-set';
import { beginContinuation, cancelUpdate } from './requests/continue';
import { noSuchStack, wrongState } from './requests/refusals';
import type { Asked, ChangeSetRequest, OperationRequest, Started } from './requests/request';
import { SignalBoard } from './resources/signals';
import { StackQueries } from './state/queries';
import type { ChangeSetRecord, OperationRecord } from './state/records';
import { isWorking } from './state/stack';
import { Halted, StackJournal } from './state/stack-journal';
import { StackStore } from './state/stack-store';

export type { StackEngineOptions } from './parts';

/**
 * CloudFormation's stacks: operations on them, and (in `queries`) their descriptions. Everything acknowledged is
 * stored; `behaviour.md` defines the order of events.
 */
export class StackEngine implements Stacks {
  readonly queries: StackQueries;
  private readonly engine: Engine;
  private readonly halt = new AbortController();
  private readonly running = new Map<string, { run: StackOperation; done: Promise<StackSummary> }>();

  constructor(options: StackEngineOptions) {
    const stackStore = new StackStore(options.store);
    const halted = this.halt.signal;
    // Every resource under way listens to it: more of them than Node.js takes for a leak.
    setMaxListeners(0, halted);
    const journal = new StackJournal({ ...options, stackStore, halted });
    this.engine = { ...options, stackStore, journal, halted, signals: new SignalBoard() };
    this.queries = new StackQueries(this.engine);
  }

  describe(stackName: string): StackSummary | undefined {
    return this.queries.summary(stackName);
  }

  async create(request: OperationRequest): Promise<StackSummary> {
    return this.startCreate(request).done;
  }

  async update(request: OperationRequest): Promise<StackSummary> {
    return this.startUpdate(request).done;
  }

  /** Rejects if the stack could not be deleted. */
  async delete(stackName: string, principal: Principal): Promise<void> {
    const ended = await this.startDelete({ stackName, principal })?.done;
    if (ended && ended.status !== 'DELETE_COMPLETE') {
      throw new AwsError('ValidationError', `Stack [${stackName}] is in ${ended.status}: ${ended.statusReason ?? ''}`);
    }
  }

  async createChangeSet(request: ChangeSetRequest): Promise<ChangeSetSummary> {
    const { id, status, executionStatus, statusReason, changes } = this.storeChangeSet(request);
    return { id, status, executionStatus, statusReason, changes: changes.length };
  }

  async executeChangeSet(stackName: string, changeSetName: string, principal: Principal): Promise<StackSummary> {
    return this.startExecution({ stackName, changeSetName, principal }).done;
  }

  deleteChangeSet(stackName: string | undefined, changeSetName: string): void {
    deleteChangeSet(this.engine, { stackName, changeSetName });
  }

  firstFailure(stackName: string): string | undefined {
    return this.queries.firstFailure(stackName);
  }

  storeChangeSet(request: ChangeSetRequest): ChangeSetRecord {
    return createChangeSet(this.engine, request);
  }

  startCreate(request: OperationRequest): Started {
    return this.repeated('create', request) ?? this.start(beginCreate(this.engine, request));
  }

  startUpdate(request: OperationRequest): Started {
    return this.repeated('update', request) ?? this.start(beginUpdate(this.engine, request));
  }

  startExecution(request: Execution): Started {
    return this.start(beginExecution(this.engine, request));
  }

  /** Undefined if the stack does not exist. A running creation is abandoned for it (E5). */
  startDelete(request: Asked & { stackName: string; retain?: readonly string[] }): Started | undefined {
    const stackId = beginDelete(this.engine, request);
    if (stackId === undefined) return undefined;
    this.running.get(stackId)?.run.cancel.abort();
    return this.start(stackId);
  }

  /** E4: rolls back a failure that disabled rollback left. */
  startRollback(request: Asked & { stackName: string }): Started {
    return this.start(beginRollback(this.engine, request));
  }

  /** E3: tries a failed update rollback again; resources in `skip` count as rolled back. */
  startContinuation(request: Asked & { stackName: string; skip?: readonly string[] }): Started {
    return this.start(beginContinuation(this.engine, request));
  }

  /** E5: gives an update up, and rolls it back. */
  cancelUpdate(stackName: string): void {
    const stackId = cancelUpdate(this.engine, stackName);
    this.running.get(stackId)?.run.cancel.abort();
  }

  setTerminationProtection(stackName: string, enabled: boolean): string {
    const stack = this.engine.stackStore.find(stackName);
    if (!stack) throw noSuchStack(stackName);
    this.engine.stackStore.stacks.put(stack.stackId, { ...stack, terminationProtection: enabled });
    return stack.stackId;
  }

  /**
   * Takes a signal for a resource (F18). One unique id counts once; a signal for a resource on which nothing is under
   * way is ignored, one for a stack on which nothing is under way refused.
   */
  signal({ stackName, logicalId, ...signal }: Signal & { stackName: string; logicalId: string }): void {
    const { stackStore, journal, signals, bus } = this.engine;
    const stack = stackStore.find(stackName);
    if (!stack) throw noSuchStack(stackName);
    if (!isWorking(stack.state.id)) throw wrongState(stack, 'can not be signaled');
    const { stackId } = stack;
    const record = stackStore.resources.get(stackId, logicalId);
    if (!record) throw new AwsError('ValidationError', `Resource ${logicalId} does not exist for stack ${stackName}`);
    if (!signals.isNew(stackId, logicalId, signal)) return;
    const { status, uniqueId } = signal;
    journal.mention(stack, record, {
      status: record.status,
      reason: `Received ${status} signal with UniqueId ${uniqueId}`,
    });
    bus.emit({ type: 'signal-received', stackName: stack.stackName, logicalId, uniqueId, status });
    signals.send(stackId, logicalId, signal);
  }

  /**
   * Continues operations that a kill interrupted; see `takeUp`. Returns at once: the work runs beside later starts,
   * which it may need (an endpoint that instances signal to). `settled` waits for it.
   */
  recover(): void {
    for (const stack of this.engine.stackStore.stacks.values()) {
      if (!isWorking(stack.state.id)) {
        concludeChangeSet(this.engine, stack.stackId);
        continue;
      }
      try {
        const found = takeUp(this.newRun(stack.stackId));
        this.engine.bus.emit({ type: 'interruption-found', ...found });
        this.start(stack.stackId);
      } catch (error) {
        if (!isAwsError(error)) throw error;
        const message = `Stack ${stack.stackName} stays in ${stack.state.id}: ${messageOf(error)}`;
        this.engine.bus.emit({ type: 'notice', level: 'error', message });
      }
    }
  }

  /** Resolves when nothing is under way on any stack. */
  async settled(): Promise<void> {
    while (this.running.size) await Promise.allSettled([...this.running.values()].map(({ done }) => done));
  }

  /** Stops every operation where it is: `recover` of the next start continues it. */
  async stop(): Promise<void> {
    this.halt.abort(new Halted());
    await this.settled();
  }

  /** The same request again, by its token: it is answered by the operation it began. */
  private repeated(kind: OperationRecord['kind'], request: OperationRequest): Started | undefined {
    const { stackName, clientRequestToken } = request;
    const stack = this.engine.stackStore.find(stackName);
    if (!stack || !clientRequestToken || stack.operation.clientRequestToken !== clientRequestToken) return undefined;
    if (stack.operation.kind !== kind) {
      const message = `The client request token ${clientRequestToken} was already used for another operation`;
      throw new AwsError('TokenAlreadyExistsException', message);
    }
    const { stackId } = stack;
    return { stackId, done: this.running.get(stackId)?.done ?? Promise.resolve(this.queries.summary(stackId)!) };
  }

  private newRun(stackId: string): StackOperation {
    const { engine } = this;
    const principal = actingPrincipal(engine, engine.stackStore.stack(stackId));
    return { engine, stackId, principal, cancel: new AbortController() };
  }

  private start(stackId: string): Started {
    const under = this.running.get(stackId);
    const run = this.newRun(stackId);
    if (under) {
      under.run.principal = run.principal;
      return { stackId, done: under.done };
    }
    const done = this.carryOn(run);
    this.running.set(stackId, { run, done });
    // The caller may not wait for it.
    done.catch(() => {});
    return { stackId, done };
  }

  private async carryOn(run: StackOperation): Promise<StackSummary> {
    // The caller gets the operation's id before any of its events.
    await Promise.resolve();
    try {
      await drive(run);
      return this.queries.summary(run.stackId)!;
    } catch (error) {
      if (!(error instanceof Halted)) {
        const message = `The operation on ${run.stackId} ended unexpectedly: ${messageOf(error)}`;
        this.engine.bus.emit({ type: 'notice', level: 'error', message });
      }
      throw error;
    } finally {
      this.running.delete(run.stackId);
    }
  }
}
