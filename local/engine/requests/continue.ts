import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Engine } from '../parts';
import { actingPrincipal, openWork } from '../phases/operation';
import { skipReversal } from '../phases/rollback';
import type { ResourceRecord } from '../state/records';
import { operationRecord } from './begin';
import { noSuchStack, wrongState } from './refusals';
import type { Asked } from './request';

/** Begins to continue a failed update rollback (E3). Gives the stack's id. */
export function beginContinuation(
  engine: Engine,
  { stackName, skip = [], ...asked }: Asked & { stackName: string; skip?: readonly string[] },
): string {
  const stack = engine.stackStore.find(stackName);
  if (!stack) throw noSuchStack(stackName);
  const { stackId, state } = stack;
  if (state.id !== 'UPDATE_ROLLBACK_FAILED') throw wrongState(stack, 'can not continue update rollback.');
  const skipped = [...new Set(skip)].map((id) => skippable(engine, stackId, id));
  const operation = operationRecord(engine, { stackId, kind: 'rollback', request: asked });
  const roleArn = asked.roleArn ?? stack.roleArn;
  const principal = actingPrincipal(engine, { roleArn, operation });
  const work = openWork({ engine, stackId, principal, cancel: new AbortController() }, state.from);
  engine.journal.together(() => {
    engine.journal.stack(
      stackId,
      { id: 'UPDATE_ROLLBACK_IN_PROGRESS', from: state.from, to: state.to },
      { reason: 'User Initiated', operation, roleArn },
    );
    for (const record of skipped) skipReversal(work, record);
  });
  return stackId;
}

/**
 * E3: "only resources that are in the UPDATE_FAILED state because a rollback failed", not resources whose update failed
 * or was cancelled and that the rollback has not reached. [I] AWS's message is not recorded.
 */
function skippable({ stackStore }: Engine, stackId: string, logicalId: string): ResourceRecord {
  const refused = (why: string) => new AwsError('ValidationError', `Resource [${logicalId}] cannot be skipped: ${why}`);
  if (logicalId.includes('.')) throw new NotSupportedLocally(`ResourcesToSkip ${logicalId} of a nested stack`);
  const record = stackStore.resources.get(stackId, logicalId);
  if (!record) throw refused(`it does not exist in stack ${stackId}`);
  if (record.status !== 'UPDATE_FAILED') throw refused('it is not in UPDATE_FAILED state');
  const events = stackStore.events.read(stackId);
  const ofStack = events.map(({ physicalId, status }) => (physicalId === stackId ? status : undefined));
  const rollback = ofStack.indexOf('UPDATE_ROLLBACK_IN_PROGRESS', ofStack.lastIndexOf('UPDATE_IN_PROGRESS'));
  const failedInIt = events
    .slice(rollback)
    .some((event) => event.logicalId === logicalId && event.status === 'UPDATE_FAILED');
  if (!failedInIt) throw refused('it is not in UPDATE_FAILED state because a rollback failed');
  return record;
}

/** Turns a running update into its rollback (E5). Returns the stack's id; the caller cancels the running work. */
export function cancelUpdate(engine: Engine, stackName: string): string {
  const stack = engine.stackStore.find(stackName);
  if (!stack) throw noSuchStack(stackName);
  const { state, stackId } = stack;
  if (state.id !== 'UPDATE_IN_PROGRESS') {
    throw new AwsError('ValidationError', 'CancelUpdateStack cannot be called from current stack status');
  }
  const next = { id: 'UPDATE_ROLLBACK_IN_PROGRESS', from: state.from, to: state.to } as const;
  engine.journal.stack(stackId, next, { reason: 'User Initiated' });
  return stackId;
}
