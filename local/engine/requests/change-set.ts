import { arn } from '../../kernel/arn';
import { AwsError, isAwsError } from '../../kernel/failure';
import type { Engine } from '../parts';
import { actingPrincipal } from '../phases/operation';
import type { ChangeSetRecord, StackRecord } from '../state/records';
import { type OnFailure, shownDeployment } from '../state/stack';
import { newIdentity, newStack, operationRecord, startCreation, startUpdate, updatable } from './begin';
import { planFor } from './changes';
import { prepare } from './prepare';
import { noSuchChangeSet, noSuchStack, wrongState } from './refusals';
import type { Asked, ChangeSetRequest, OperationRequest } from './request';

/** A51. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Stores a plan for later. For a missing stack it creates one in REVIEW_IN_PROGRESS (E17). */
export function createChangeSet(engine: Engine, request: ChangeSetRequest): ChangeSetRecord {
  const { stackName, changeSetName: name } = request;
  const existing = engine.stackStore.find(stackName);
  const repeated = existing && ofName(engine, existing, name);
  if (repeated && request.clientRequestToken && repeated.clientToken === request.clientRequestToken) return repeated;
  if (repeated) throw new AwsError('AlreadyExistsException', `ChangeSet [${name}] already exists`);

  const type = typeOf(existing, request);
  if (type === 'UPDATE') updatable(existing!);
  const stack = existing ?? newIdentity(engine, stackName);
  const operation = operationRecord(engine, { stackId: stack.stackId, kind: 'review', request });
  actingPrincipal(engine, { roleArn: request.roleArn ?? existing?.roleArn, operation });
  const changeSet = planned(engine, { stack, existing, request, type });
  engine.journal.together(() => {
    if (!existing) {
      engine.journal.begin({ ...newStack(engine, stack), state: { id: 'REVIEW_IN_PROGRESS' }, operation });
    }
    engine.stackStore.changeSets.put(stack.stackId, changeSet.id, changeSet);
  });
  return changeSet;
}

function typeOf(existing: StackRecord | undefined, request: ChangeSetRequest): 'CREATE' | 'UPDATE' {
  const { stackName, changeSetName } = request;
  const isNew = existing === undefined || existing.state.id === 'REVIEW_IN_PROGRESS';
  const type = request.changeSetType ?? (isNew ? 'CREATE' : 'UPDATE');
  if (type === 'CREATE' && !isNew) {
    const message = `Stack [${stackName}] already exists and cannot be created again with the changeSet [${changeSetName}].`;
    throw new AwsError('ValidationError', message);
  }
  if (type === 'UPDATE' && !existing) throw noSuchStack(stackName);
  if (type === 'UPDATE' && isNew) throw wrongState(existing!, 'can not be updated.');
  return type;
}

interface Planning {
  readonly stack: { stackId: string; stackName: string };
  readonly existing?: StackRecord;
  readonly request: ChangeSetRequest;
  readonly type: 'CREATE' | 'UPDATE';
}

/** The plan, or the FAILED change set that an empty one is (A51). */
function planned(engine: Engine, { stack, existing, request, type }: Planning): ChangeSetRecord {
  const { stackId, stackName } = stack;
  const standing = existing && shownDeployment(existing.state);
  const previous = standing === undefined ? undefined : engine.stackStore.deployment(stackId, standing);
  const blueprint = prepare(engine, { stack, request, previous });
  const { changes, isEmpty } = planFor(engine, blueprint, previous && { stackId, deployment: previous });
  const name = request.changeSetName;
  return {
    id: arn(engine.scope, 'cloudformation', `changeSet/${name}/${engine.ids.uuid()}`),
    name,
    stackId,
    stackName,
    type,
    description: request.description,
    clientToken: request.clientRequestToken,
    createdAt: engine.journal.now(),
    ...(isEmpty
      ? { status: 'FAILED', executionStatus: 'UNAVAILABLE', statusReason: NO_CHANGES }
      : { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' }),
    deployment: blueprint.deployment,
    roleArn: request.roleArn,
    onFailure: request.onFailure ?? 'ROLLBACK',
    changes,
  };
}

export interface Execution extends Asked {
  /** Not required if the change set is given by its ARN. */
  readonly stackName?: string;
  readonly changeSetName: string;
  /** Overrides the setting of the change set (E19). */
  readonly onFailure?: OnFailure;
}

/**
 * Begins the execution of a stored plan. The role is the change set's, or the stack's (A47). Returns the stack's id.
 */
export function beginExecution(engine: Engine, { stackName, changeSetName, ...asked }: Execution): string {
  const changeSet = findChangeSet(engine, { stackName, changeSetName });
  const { id, stackId, status, executionStatus, deployment } = changeSet;
  if (executionStatus !== 'AVAILABLE') {
    const which = status === 'FAILED' ? `status of [${status}]` : `execution status of [${executionStatus}]`;
    throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${id}] cannot be executed in its current ${which}`);
  }
  const stack = engine.stackStore.stack(stackId);
  const beginning = {
    stack,
    blueprint: { deployment },
    request: { ...asked, roleArn: changeSet.roleArn } satisfies Asked & Partial<OperationRequest>,
    onFailure: asked.onFailure ?? changeSet.onFailure,
    changeSetId: id,
  };
  return engine.journal.together(() => {
    engine.stackStore.changeSets.put(stackId, id, { ...changeSet, executionStatus: 'EXECUTE_IN_PROGRESS' });
    return changeSet.type === 'CREATE'
      ? startCreation(engine, beginning)
      : startUpdate(engine, { ...beginning, from: updatable(stack) });
  });
}

/** After the operation: a success takes all change sets of the stack with it; the executed one stays by ARN (E17). */
export function concludeChangeSet({ stackStore, journal }: Engine, stackId: string): void {
  const stack = stackStore.stack(stackId);
  const executed = stackStore.changeSets.all(stackId).find((set) => set.executionStatus === 'EXECUTE_IN_PROGRESS');
  if (!executed) return;
  const succeeded = stack.state.id === 'CREATE_COMPLETE' || stack.state.id === 'UPDATE_COMPLETE';
  const executionStatus = succeeded ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
  journal.together(() => {
    stackStore.changeSets.put(stackId, executed.id, { ...executed, executionStatus });
    if (!succeeded) return;
    for (const { id } of stackStore.changeSets.all(stackId))
      if (id !== executed.id) stackStore.changeSets.delete(stackId, id);
  });
}

/** A missing change set counts as deleted, as long as its stack exists: the CDK CLI relies on this. */
export function deleteChangeSet(engine: Engine, which: { stackName?: string; changeSetName: string }): void {
  const found = orMissing(() => findChangeSet(engine, which));
  if (!found) return;
  const { id, stackId, executionStatus } = found;
  if (executionStatus === 'EXECUTE_IN_PROGRESS') {
    const message = `ChangeSet [${id}] cannot be deleted in its current execution status of [${executionStatus}]`;
    throw new AwsError('InvalidChangeSetStatus', message);
  }
  engine.stackStore.changeSets.delete(stackId, id);
}

function orMissing<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (isAwsError(error, 'ChangeSetNotFound')) return undefined;
    throw error;
  }
}

/** By ARN any change set, by name only one that was not executed (E17, A53). Throws `ChangeSetNotFound`. */
export function findChangeSet(
  engine: Engine,
  { stackName, changeSetName }: { stackName?: string; changeSetName: string },
): ChangeSetRecord {
  if (changeSetName.startsWith('arn:')) {
    const found = engine.stackStore.stacks
      .values()
      .map(({ stackId }) => engine.stackStore.changeSets.get(stackId, changeSetName))
      .find((set) => set !== undefined);
    if (!found) throw noSuchChangeSet(changeSetName);
    return found;
  }
  if (stackName === undefined) {
    throw new AwsError('ValidationError', 'StackName must be specified if ChangeSetName is not specified as an ARN.');
  }
  const stack = engine.stackStore.find(stackName);
  if (!stack) throw noSuchStack(stackName);
  const found = ofName(engine, stack, changeSetName);
  if (!found) throw noSuchChangeSet(changeSetName);
  return found;
}

function ofName({ stackStore }: Engine, { stackId }: StackRecord, name: string): ChangeSetRecord | undefined {
  return stackStore.changeSets
    .all(stackId)
    .find((set) => set.name === name && !/^EXECUTE_(COMPLETE|FAILED)$/.test(set.executionStatus));
}
