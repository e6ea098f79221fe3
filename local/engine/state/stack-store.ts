import type { Collection, Journal, Store } from '../../kernel/store';
import type { ChangeSetRecord, Deployment, ExportRecord, ResourceRecord, StackEvent, StackRecord } from './records';
import { type DeploymentId, mayFollow, type StackState } from './stack';

/** The documents that belong to one stack: keys are the stack's id, a bar, and a key of their own. */
export class OfStack<T> {
  constructor(private readonly documents: Collection<T>) {}

  get(stackId: string, key: string): T | undefined {
    return this.documents.get(`${stackId}|${key}`);
  }

  put(stackId: string, key: string, value: T): void {
    this.documents.put(`${stackId}|${key}`, value);
  }

  delete(stackId: string, key: string): void {
    this.documents.delete(`${stackId}|${key}`);
  }

  all(stackId: string): T[] {
    return this.documents.values(`${stackId}|`);
  }
}

/** All that the engine keeps, in the store: nothing of a stack lives in memory only. */
export class StackStore {
  readonly stacks: Collection<StackRecord>;
  readonly resources: OfStack<ResourceRecord>;
  readonly deployments: OfStack<Deployment>;
  readonly changeSets: OfStack<ChangeSetRecord>;
  readonly exports: Collection<ExportRecord>;
  readonly events: Journal<StackEvent>;
  /** From the name of every stack that is not deleted to its id. */
  private readonly names: Collection<{ stackId: string }>;

  constructor(private readonly store: Store) {
    this.stacks = store.collection('cloudformation.stacks');
    this.resources = new OfStack(store.collection('cloudformation.resources'));
    this.deployments = new OfStack(store.collection('cloudformation.deployments'));
    this.changeSets = new OfStack(store.collection('cloudformation.changeSets'));
    this.exports = store.collection('cloudformation.exports');
    this.events = store.journal('cloudformation.events');
    this.names = store.collection('cloudformation.names');
  }

  transaction<T>(work: () => T): T {
    return this.store.transaction(work);
  }

  /** By name, a stack that is not deleted; by id, any stack. */
  find(nameOrId: string): StackRecord | undefined {
    const stackId = nameOrId.startsWith('arn:') ? nameOrId : this.names.get(nameOrId)?.stackId;
    return stackId === undefined ? undefined : this.stacks.get(stackId);
  }

  /** The stack with this id, which must exist. */
  stack(stackId: string): StackRecord {
    const stack = this.stacks.get(stackId);
    if (!stack) throw new Error(`no stack ${stackId}`);
    return stack;
  }

  deployment(stackId: string, id: DeploymentId): Deployment {
    const deployment = this.deployments.get(stackId, id);
    if (!deployment) throw new Error(`no deployment ${id} of ${stackId}`);
    return deployment;
  }

  add(stack: StackRecord): void {
    this.stacks.put(stack.stackId, stack);
    this.names.put(stack.stackName, { stackId: stack.stackId });
  }

  /** Puts the stack into its next state, which must be one that may follow. */
  move(stackId: string, state: StackState, change: Partial<StackRecord> = {}): StackRecord {
    const stack = this.stack(stackId);
    if (!mayFollow(stack.state.id, state.id)) {
      throw new Error(`${stack.stackName} cannot go from ${stack.state.id} to ${state.id}`);
    }
    const next: StackRecord = { ...stack, statusReason: undefined, ...change, state };
    this.stacks.put(stackId, next);
    if (state.id === 'DELETE_COMPLETE') this.names.delete(stack.stackName);
    this.forgetDeployments(next);
    return next;
  }

  /** Only deployments that a state names are needed again. */
  private forgetDeployments({ stackId, state }: StackRecord): void {
    const needed = new Set<string>(Object.values(state).filter((value) => typeof value === 'string'));
    for (const { id } of this.deployments.all(stackId)) {
      if (!needed.has(id)) this.deployments.delete(stackId, id);
    }
  }
}
