import { concludeChangeSet } from '../requests/change-set';
import { creating, updating } from './execute';
import type { StackOperation } from './operation';
import { cleaningUp, deleting } from './remove';
import { rollingBackCreation, rollingBackUpdate } from './rollback';

/**
 * Continues the operation of a stack from any state until the stack is stable. Each phase ends by storing the next
 * state, or finds that another caller has (a cancelled update, a deletion during creation).
 */
export async function drive(run: StackOperation): Promise<void> {
  for (;;) {
    const { state } = run.engine.stackStore.stack(run.stackId);
    run.cancel = new AbortController();
    switch (state.id) {
      case 'CREATE_IN_PROGRESS':
        await creating(run, state);
        break;
      case 'ROLLBACK_IN_PROGRESS':
        await rollingBackCreation(run, state);
        break;
      case 'UPDATE_IN_PROGRESS':
        await updating(run, state);
        break;
      case 'UPDATE_ROLLBACK_IN_PROGRESS':
        await rollingBackUpdate(run, state);
        break;
      case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
        await cleaningUp(run, state);
        break;
      case 'DELETE_IN_PROGRESS':
        await deleting(run, state);
        break;
      default:
        return concludeChangeSet(run.engine, run.stackId);
    }
  }
}
