import type { ScopedRuntime } from '../composition/compose';
import type { Progress } from '../terminal/progress';

/** The one rest in which a stack can only be deleted (E2): its creation failed, and it never served. */
const NEVER_SERVED = 'ROLLBACK_COMPLETE';

/**
 * Waits until stacks that a killed runtime left in progress are stable, so that the next run meets none of them. Stacks
 * whose creation failed are deleted, and the next run creates them again.
 */
export async function settle({ stacks, principal }: ScopedRuntime, progress: Progress): Promise<void> {
  const restless = stacks.queries
    .stacks()
    .filter(({ state: { id } }) => /(?<!REVIEW)_IN_PROGRESS$/.test(id) || id === NEVER_SERVED)
    .map(({ stackName }) => stackName);
  for (const stackName of restless) progress.begin(`settle/${stackName}`, stackName);
  await stacks.settled();
  for (const stackName of restless) {
    const { status = 'DELETE_COMPLETE' } = stacks.describe(stackName) ?? {};
    if (status === NEVER_SERVED) await stacks.delete(stackName, principal);
    const detail = status === NEVER_SERVED ? 'its creation had failed: deleted' : status;
    progress.end(`settle/${stackName}`, { ok: status.endsWith('_COMPLETE'), detail });
  }
}
