import { publishExports } from '../requests/exports';
import { type Disposal, disposeAll, disposeOnce, markForDeletion, removeFromRecord } from '../resources/dispose';
import type { CleaningUp, Deleting } from '../state/stack';
import { failureReason } from './execute';
import { openWork, type StackOperation, type Work } from './operation';

/** E12. */
const CLEAN_UP_ATTEMPTS = 3;
/** [I] The pause is nowhere documented. */
const CLEAN_UP_PAUSE_MS = 10_000;

/**
 * Deletes the resources that an update replaced or removed, or that a rolled-back update created; then the stack is
 * stable.
 */
export async function cleaningUp(run: StackOperation, { id, deployed }: CleaningUp): Promise<void> {
  let leftBehind = 0;
  await disposeAll(openWork(run, deployed), {
    things: ({ doomed }) => doomed,
    async dispose(work, record, thing) {
      if (!(await disposeStubbornly(work, record, thing))) leftBehind++;
      return true;
    },
  });
  if (id === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS') {
    return run.engine.journal.stack(run.stackId, { id: 'UPDATE_ROLLBACK_COMPLETE', deployed });
  }
  const reason = leftBehind ? 'Update successful. One or more resources could not be deleted.' : undefined;
  run.engine.journal.stack(run.stackId, { id: 'UPDATE_COMPLETE', deployed }, { reason });
}

/** E12: tries again, and lets the resource leave the stack even if it cannot be deleted. */
const disposeStubbornly: Disposal['dispose'] = async (work, record, thing) => {
  const { engine } = work;
  for (let attempt = 1; attempt <= CLEAN_UP_ATTEMPTS; attempt++) {
    if (attempt > 1) await engine.clock.sleep(CLEAN_UP_PAUSE_MS, engine.halted);
    if (await disposeOnce(work, record, thing)) return true;
  }
  removeFromRecord(work, record, { thing });
  return false;
};

/** Deletes the stack's resources in reverse order. One that fails keeps the stack, and all that it needs. */
export async function deleting(run: StackOperation, { of, retain }: Deleting): Promise<void> {
  const { engine, stackId } = run;
  const failed = of === undefined ? [] : await removeAll(openWork(run, of), retain);
  if (failed.length) {
    const reason = failureReason(failed.map((id) => engine.stackStore.resources.get(stackId, id)!));
    return engine.journal.stack(stackId, { id: 'DELETE_FAILED', of, retain }, { reason });
  }
  engine.journal.together(() => {
    publishExports(engine, engine.stackStore.stack(stackId), []);
    for (const { id } of engine.stackStore.changeSets.all(stackId)) engine.stackStore.changeSets.delete(stackId, id);
    engine.journal.stack(stackId, { id: 'DELETE_COMPLETE', of, retain }, { deletedAt: engine.journal.now() });
  });
}

function removeAll(work: Work, retain: readonly string[]): Promise<string[]> {
  return disposeAll(work, {
    things({ logicalId, doomed, live }) {
      const things = [...doomed, ...(live ? [markForDeletion(live, 'stack-deleted')] : [])];
      return retain.includes(logicalId) ? things.map((thing) => ({ ...thing, retain: true })) : things;
    },
    dispose: disposeOnce,
  });
}
