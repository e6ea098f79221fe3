import { AwsError } from '../../kernel/failure';
import type { StackSummary } from '../../kernel/ports';
import type { Engine } from '../parts';
import { findChangeSet } from '../requests/change-set';
import { importersOf } from '../requests/exports';
import { noStackWithId, noSuchStack } from '../requests/refusals';
import { summarize, type TemplateSummary } from '../requests/template-summary';
import type { ChangeSetRecord, Deployment, ExportRecord, ResourceRecord, StackEvent, StackRecord } from './records';
import { shownDeployment, standingDeployment } from './stack';

/** Read access to stacks: by name a stack that is not deleted, by id any stack. */
export class StackQueries {
  constructor(private readonly engine: Engine) {}

  /** All stacks, deleted ones included, the newest first. */
  stacks(): StackRecord[] {
    return this.engine.stackStore.stacks.values().sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** Throws as DescribeStacks does. */
  stack(nameOrId: string): StackRecord {
    const stack = this.engine.stackStore.find(nameOrId);
    if (!stack) throw noStackWithId(nameOrId);
    return stack;
  }

  summary(nameOrId: string): StackSummary | undefined {
    const stack = this.engine.stackStore.find(nameOrId);
    if (!stack) return undefined;
    const { stackId, stackName, state, statusReason } = stack;
    const outputs = Object.fromEntries(this.outputs(stack).map(({ key, value }) => [key, value]));
    return { stackId, stackName, status: state.id, statusReason, outputs };
  }

  /** Returns the template and parameters of the stack's deployment; undefined while it is in review. */
  deployment({ stackId, state }: StackRecord): Deployment | undefined {
    const id = shownDeployment(state);
    return id === undefined ? undefined : this.engine.stackStore.deployment(stackId, id);
  }

  /** Returns the outputs of the last success (E29). */
  outputs({ stackId, state }: StackRecord): Deployment['outputs'] {
    const id = standingDeployment(state);
    return id === undefined ? [] : this.engine.stackStore.deployment(stackId, id).outputs;
  }

  /** Returns the events in their order. */
  events(nameOrId: string): StackEvent[] {
    return this.engine.stackStore.events.read(this.existing(nameOrId).stackId);
  }

  resources(nameOrId: string): ResourceRecord[] {
    return this.engine.stackStore.resources.all(this.existing(nameOrId).stackId);
  }

  changeSet(which: { stackName?: string; changeSetName: string }): ChangeSetRecord {
    return findChangeSet(this.engine, which);
  }

  changeSets(nameOrId: string): ChangeSetRecord[] {
    const all = this.engine.stackStore.changeSets.all(this.existing(nameOrId).stackId);
    return all.filter(({ executionStatus }) => !/^EXECUTE_(COMPLETE|FAILED)$/.test(executionStatus));
  }

  exports(): ExportRecord[] {
    return this.engine.stackStore.exports.values();
  }

  importers(exportName: string): string[] {
    return importersOf(this.engine, exportName);
  }

  /** A50: returns the first resource of the last operation that failed by itself, as `LogicalId: reason`. */
  firstFailure(nameOrId: string): string | undefined {
    const stack = this.engine.stackStore.find(nameOrId);
    if (!stack) return undefined;
    const failure = this.engine.stackStore.events
      .read(stack.stackId, stack.operation.eventsBefore)
      .find(({ status, logicalId }) => status.endsWith('_FAILED') && logicalId !== stack.stackName);
    return failure && `${failure.logicalId}: ${failure.reason ?? failure.status}`;
  }

  /** The stack that a physical resource belongs to. Throws as DescribeStackResources does. */
  ownerOf(physicalId: string): StackRecord {
    const owner = this.stacks().find(({ stackId }) =>
      this.engine.stackStore.resources.all(stackId).some(({ live }) => live?.physicalId === physicalId),
    );
    if (!owner) throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
    return owner;
  }

  summarize(templateText: string): TemplateSummary {
    return summarize(templateText);
  }

  /** Throws as DescribeStackEvents does. */
  private existing(nameOrId: string): StackRecord {
    const stack = this.engine.stackStore.find(nameOrId);
    if (!stack) throw noSuchStack(nameOrId);
    return stack;
  }
}
