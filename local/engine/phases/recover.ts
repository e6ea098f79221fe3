import type { ResourceRecord } from '../state/records';
import { failCreation, failUpdate, failureReason } from './execute';
import type { StackOperation } from './operation';

/** Message about a resource that was in progress when the runtime was killed. */
export const INTERRUPTED = 'The local runtime stopped while this was in progress.';

/**
 * Converts a stack that a kill left in an operation into one that AWS could show: work in progress has failed. A
 * creation or update is then rolled back (or left, if its request says so); rollbacks, clean-ups and deletions
 * continue. Returns a description of the next steps of `drive`.
 */
export function takeUp(run: StackOperation): { what: string; consequence: string } {
  const { engine, stackId } = run;
  const stack = engine.stackStore.stack(stackId);
  const { state, stackName } = stack;
  const what = `stack ${stackName} in ${state.id}`;
  return engine.journal.together(() => {
    for (const record of engine.stackStore.resources.all(stackId)) {
      if (!record.status.endsWith('_IN_PROGRESS')) continue;
      const status = record.status.replace('_IN_PROGRESS', '_FAILED');
      engine.journal.resource(stack, record, { status, reason: INTERRUPTED });
    }
    const failed = engine.stackStore.resources.all(stackId).filter(isFailed);
    const reason = failureReason(failed) || `${INTERRUPTED} `;
    if (state.id === 'CREATE_IN_PROGRESS') failCreation(run, state, reason);
    else if (state.id === 'UPDATE_IN_PROGRESS') failUpdate(run, state, reason);
    else return { what, consequence: 'it is taken up again' };
    return { what, consequence: `it goes to ${engine.stackStore.stack(stackId).state.id}` };
  });
}

function isFailed({ status }: ResourceRecord): boolean {
  return status.endsWith('_FAILED');
}
