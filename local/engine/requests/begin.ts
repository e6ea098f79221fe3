import { arn } from '../../kernel/arn';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Engine } from '../parts';
import { actingPrincipal } from '../phases/operation';
import { markForDeletion } from '../resources/dispose';
import type { Blueprint, StackIdentity } from '../state/blueprint';
import type { OperationRecord, StackRecord } from '../state/records';
import { type DeploymentId, mayFollow, type OnFailure, type StackState, shownDeployment } from '../state/stack';
import { planFor } from './changes';
import { refuseExportsInUse } from './exports';
import { prepare } from './prepare';
import { cannotBeUpdated, noChanges, noSuchStack, wrongState } from './refusals';
import type { Asked, OperationRequest } from './request';

// Beginnings of all operations: each refuses invalid requests at once, or stores a stack state from which `drive`
// continues, and returns the stack's id.

/** Begins a new stack. An empty one in review is used for it. */
export function beginCreate(engine: Engine, request: OperationRequest): string {
  const existing = engine.stackStore.find(request.stackName);
  if (existing && existing.state.id !== 'REVIEW_IN_PROGRESS') {
    throw new AwsError('AlreadyExistsException', `Stack [${request.stackName}] already exists`);
  }
  const stack = existing ?? newIdentity(engine, request.stackName);
  const blueprint = prepare(engine, { stack, request });
  planFor(engine, blueprint);
  return startCreation(engine, { stack, blueprint, request, onFailure: request.onFailure ?? 'ROLLBACK' });
}

export interface Beginning {
  readonly stack: StackIdentity;
  readonly blueprint: Pick<Blueprint, 'deployment'>;
  readonly request: Asked & Pick<OperationRequest, 'terminationProtection'>;
  readonly onFailure: OnFailure;
  readonly changeSetId?: string;
}

/** Puts the stack, new or in review, into CREATE_IN_PROGRESS. */
export function startCreation(
  engine: Engine,
  { stack, blueprint, request, onFailure, changeSetId }: Beginning,
): string {
  const { deployment } = blueprint;
  const { stackId } = stack;
  const operation = operationRecord(engine, { stackId, kind: 'create', request, changeSetId });
  const { roleArn } = request;
  actingPrincipal(engine, { roleArn, operation });
  const state: StackState = { id: 'CREATE_IN_PROGRESS', to: deployment.id, onFailure };
  engine.journal.together(() => {
    engine.stackStore.deployments.put(stackId, deployment.id, deployment);
    const terminationProtection = request.terminationProtection ?? false;
    if (!engine.stackStore.stacks.get(stackId)) {
      engine.journal.begin({
        ...newStack(engine, stack),
        state,
        roleArn,
        terminationProtection,
        operation,
      });
    } else {
      engine.journal.stack(stackId, state, { reason: USER, roleArn, operation, terminationProtection });
    }
  });
  return stackId;
}

/** Begins an update. Nothing to update is refused (E6). */
export function beginUpdate(engine: Engine, request: OperationRequest): string {
  const stack = engine.stackStore.find(request.stackName);
  if (!stack) throw noSuchStack(request.stackName);
  const from = updatable(stack);
  const previous = engine.stackStore.deployment(stack.stackId, shownDeployment(stack.state)!);
  const blueprint = prepare(engine, { stack, request, previous });
  const plan = planFor(engine, blueprint, { stackId: stack.stackId, deployment: previous });
  // After a failure the same template is something to do.
  if (plan.isEmpty && stack.state.id !== 'UPDATE_FAILED') throw noChanges();
  return startUpdate(engine, { stack, from, blueprint, request, onFailure: request.onFailure ?? 'ROLLBACK' });
}

/**
 * Returns the deployment to which a failed update would return. Refuses a stack whose state does not permit an update
 * (E2, E3, E6).
 */
export function updatable(stack: StackRecord): DeploymentId {
  const { state } = stack;
  if (state.id === 'CREATE_FAILED') {
    throw new NotSupportedLocally('Updating a stack in CREATE_FAILED', 'roll it back or delete it');
  }
  if (!mayFollow(state.id, 'UPDATE_IN_PROGRESS')) throw cannotBeUpdated(stack);
  if ('deployed' in state) return state.deployed;
  if ('from' in state) return state.from;
  throw new Error(`${state.id} has nothing to return to`);
}

/** Puts the stack into UPDATE_IN_PROGRESS. Earlier change sets become obsolete. */
export function startUpdate(
  engine: Engine,
  { stack, from, blueprint, request, onFailure, changeSetId }: Beginning & { from: DeploymentId },
): string {
  const { deployment } = blueprint;
  const { stackId } = stack;
  const roleArn = request.roleArn ?? engine.stackStore.stack(stackId).roleArn;
  const operation = operationRecord(engine, { stackId, kind: 'update', request, changeSetId });
  actingPrincipal(engine, { roleArn, operation });
  engine.journal.together(() => {
    engine.stackStore.deployments.put(stackId, deployment.id, deployment);
    for (const set of engine.stackStore.changeSets.all(stackId)) {
      if (set.executionStatus !== 'AVAILABLE' || set.id === changeSetId) continue;
      engine.stackStore.changeSets.put(stackId, set.id, { ...set, executionStatus: 'OBSOLETE' });
    }
    engine.journal.stack(
      stackId,
      { id: 'UPDATE_IN_PROGRESS', from, to: deployment.id, onFailure },
      { reason: USER, roleArn, operation, updatedAt: engine.journal.now() },
    );
  });
  return stackId;
}

/** Starts the deletion of a stack. Undefined if the stack does not exist or is deleted already, which is no error. */
export function beginDelete(
  engine: Engine,
  { stackName, retain = [], ...asked }: Asked & { stackName: string; retain?: readonly string[] },
): string | undefined {
  const stack = engine.stackStore.find(stackName);
  if (!stack || stack.state.id === 'DELETE_COMPLETE') return undefined;
  const { stackId, state } = stack;
  if (state.id === 'DELETE_IN_PROGRESS') return stackId;
  refuseDeletion(engine, stack, retain);
  const operation = operationRecord(engine, { stackId, kind: 'delete', request: asked });
  const roleArn = asked.roleArn ?? stack.roleArn;
  actingPrincipal(engine, { roleArn, operation });
  engine.journal.together(() => {
    markReplacedForDeletion(engine, stackId);
    engine.journal.stack(
      stackId,
      { id: 'DELETE_IN_PROGRESS', of: shownDeployment(state), retain },
      { reason: USER, operation, roleArn },
    );
  });
  return stackId;
}

function refuseDeletion(engine: Engine, stack: StackRecord, retain: readonly string[]): void {
  const { stackName, stackId, state } = stack;
  if (stack.terminationProtection) {
    throw new AwsError(
      'ValidationError',
      `Stack [${stackName}] cannot be deleted while TerminationProtection is enabled`,
    );
  }
  if (!mayFollow(state.id, 'DELETE_IN_PROGRESS')) {
    throw new AwsError('ValidationError', `Stack [${stackName}] cannot be deleted while in status ${state.id}`);
  }
  if (retain.length && state.id !== 'DELETE_FAILED') {
    throw new AwsError(
      'ValidationError',
      `Invalid operation on stack [${stackId}]. Specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
    );
  }
  refuseExportsInUse(engine, stack);
}

/** Marks resources that a failed update had replaced for deletion too. */
function markReplacedForDeletion({ stackStore }: Engine, stackId: string): void {
  for (const record of stackStore.resources.all(stackId)) {
    const { undo, live, doomed, logicalId } = record;
    const before = undo?.kind === 'replaced' ? (undo.altered ?? undo.before) : undefined;
    const isApart = before !== undefined && before.physicalId !== live?.physicalId;
    const all = isApart ? [...doomed, markForDeletion(before, 'stack-deleted')] : doomed;
    stackStore.resources.put(stackId, logicalId, { ...record, undo: undefined, doomed: all });
  }
}

/** Begins to roll back a stack that failed with rollback disabled (E4). */
export function beginRollback(engine: Engine, { stackName, ...asked }: Asked & { stackName: string }): string {
  const stack = engine.stackStore.find(stackName);
  if (!stack) throw noSuchStack(stackName);
  const { state, stackId } = stack;
  const operation = operationRecord(engine, { stackId, kind: 'rollback', request: asked });
  const change = { reason: USER, operation, roleArn: asked.roleArn ?? stack.roleArn };
  actingPrincipal(engine, change);
  if (state.id === 'CREATE_FAILED') {
    engine.journal.stack(stackId, { id: 'ROLLBACK_IN_PROGRESS', to: state.to }, change);
  } else if (state.id === 'UPDATE_FAILED') {
    engine.journal.stack(stackId, { id: 'UPDATE_ROLLBACK_IN_PROGRESS', from: state.from, to: state.to }, change);
  } else throw wrongState(stack, 'can not be rolled back.');
  return stackId;
}

const USER = 'User Initiated';

export function newIdentity({ scope, ids }: Engine, stackName: string): StackIdentity {
  return { stackName, stackId: arn(scope, 'cloudformation', `stack/${stackName}/${ids.uuid()}`) };
}

export function newStack({ journal }: Engine, { stackId, stackName }: StackIdentity) {
  return { stackId, stackName, createdAt: journal.now(), statusReason: USER, terminationProtection: false };
}

export function operationRecord(
  { stackStore }: Engine,
  asked: { stackId: string; kind: OperationRecord['kind']; request: Asked; changeSetId?: string },
): OperationRecord {
  const { principal, clientRequestToken } = asked.request;
  return {
    kind: asked.kind,
    principal,
    clientRequestToken,
    eventsBefore: stackStore.events.read(asked.stackId).length,
    changeSetId: asked.changeSetId,
  };
}
