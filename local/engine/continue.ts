import { AwsError } from '../kernel/failure';
import { operationRecord } from './begin';
import { actingPrincipal, openWork } from './operation';
import type { Engine } from './parts';
import type { ResourceRecord } from './records';
import { noSuchStack, wrongState } from './refusals';
import type { Asked } from './request';
import { skipReversal } from './rollback';

/** Begins to continue a failed update rollback (E3). Gives the stack's id. */
export function beginContinuation(
  engine: Engine,
  { stackName, skip = [], ...asked }: Asked & { stackName: string; skip?: readonly string[] },
): string {
  const stack = engine.ledger.find(stackName);
  if (!stack) throw noSuchStack(stackName);
  const { stackId, state } = stack;
  if (state.id !== 'UPDATE_ROLLBACK_FAILED') throw wrongState(stack, 'can not continue update rollback.');
  const skipped = skip.map((id) => skippable(engine.ledger.resources.get(stackId, id), id));
  const operation = operationRecord(engine, { stackId, kind: 'rollback', request: asked });
  const roleArn = asked.roleArn ?? stack.roleArn;
  const principal = actingPrincipal(engine, { roleArn, operation });
  const work = openWork({ engine, stackId, principal, cancel: new AbortController() }, state.from);
  engine.chronicle.together(() => {
    engine.chronicle.stack(
      stackId,
      { id: 'UPDATE_ROLLBACK_IN_PROGRESS', from: state.from, to: state.to },
      { reason: 'User Initiated', operation, roleArn },
    );
    for (const record of skipped) skipReversal(work, record);
  });
  return stackId;
}

function skippable(record: ResourceRecord | undefined, logicalId: string): ResourceRecord {
  if (record?.status === 'UPDATE_FAILED') return record;
  // [I] AWS's words are not recorded.
  throw new AwsError('ValidationError', `Resource [${logicalId}] cannot be skipped: it is not in UPDATE_FAILED state`);
}

/** Turns an update under way into its rollback (E5). Gives the stack's id; the caller cancels what is being done. */
export function cancelUpdate(engine: Engine, stackName: string): string {
  const stack = engine.ledger.find(stackName);
  if (!stack) throw noSuchStack(stackName);
  const { state, stackId } = stack;
  if (state.id !== 'UPDATE_IN_PROGRESS') {
    throw new AwsError('ValidationError', 'CancelUpdateStack cannot be called from current stack status');
  }
  const next = { id: 'UPDATE_ROLLBACK_IN_PROGRESS', from: state.from, to: state.to } as const;
  engine.chronicle.stack(stackId, next, { reason: 'User Initiated' });
  return stackId;
}
