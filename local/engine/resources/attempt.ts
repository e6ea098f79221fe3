import { messageOf } from '../../kernel/failure';
import type { Work } from '../phases/operation';
import { Halted } from '../state/stack-journal';
import { newRecord } from './target';

/**
 * Runs `action` on a resource. If it fails, the resource's record and event contain the reason, parallel actions are
 * cancelled, and the result is false. A sibling that was cancelled has AWS's message for it (E11).
 */
export async function attempt(
  work: Work,
  { logicalId, verb }: { logicalId: string; verb: 'CREATE' | 'UPDATE' },
  action: () => Promise<void>,
): Promise<boolean> {
  const { engine, stack, cancel } = work;
  try {
    await action();
    return true;
  } catch (error) {
    if (error instanceof Halted || engine.halted.aborted) throw new Halted();
    const cancelled = `Resource ${verb === 'CREATE' ? 'creation' : 'update'} cancelled`;
    const reason = cancel.signal.aborted ? cancelled : messageOf(error);
    const record = engine.stackStore.resources.get(stack.stackId, logicalId) ?? newRecord(work, logicalId);
    engine.journal.resource(stack, record, { status: `${verb}_FAILED`, reason });
    return false;
  }
}
