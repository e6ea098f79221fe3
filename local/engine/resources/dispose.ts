import { messageOf } from '../../kernel/failure';
import { providerContext, providerOf } from '../context';
import { unlessHalted, type Work } from '../phases/operation';
import { walk } from '../phases/walk';
import type { PendingDeletion, Physical, ResourceRecord } from '../state/records';
import { Halted } from '../state/stack-journal';

/** Reason why a resource leaves its stack; it determines the effect of the DeletionPolicy (E23). */
export type Departure = 'stack-deleted' | 'removed-from-template' | 'creation-rolled-back';

/**
 * Returns a resource that leaves the stack, with the effect of its policy. A resource that never became complete is
 * always deleted.
 */
export function markForDeletion(thing: Physical, departure: Departure): PendingDeletion {
  const { deletionPolicy } = thing.definition;
  const keeps =
    deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && departure !== 'creation-rolled-back');
  return { ...thing, retain: keeps && thing.complete };
}

export interface Disposal {
  /**
   * Returns the physical resources of each resource that are deleted. Empty if the resource itself was never created.
   */
  things(record: ResourceRecord): readonly PendingDeletion[];
  /** Attempts one deletion. False if it failed. */
  dispose(work: Work, record: ResourceRecord, thing: PendingDeletion): Promise<boolean>;
}

/**
 * Removes the resources that leave the stack, dependents first, independent ones in parallel (E13). Returns the
 * failures.
 */
export function disposeAll(work: Work, { things, dispose }: Disposal): Promise<string[]> {
  const { engine, stack, cancel } = work;
  const records = engine.stackStore.resources.all(stack.stackId);
  return walk({
    order: inverse(records, work.blueprint.dependencies.order),
    before: (id) => records.filter(({ dependsOn }) => dependsOn.includes(id)).map(({ logicalId }) => logicalId),
    onFailure: 'go-on',
    cancelled: cancel.signal,
    async visit(id) {
      const record = engine.stackStore.resources.get(stack.stackId, id)!;
      const leaving = things(record);
      if (!record.live && leaving.length === 0) removeFromRecord(work, record);
      const gone = await Promise.all(leaving.map((thing) => dispose(work, record, thing)));
      return gone.every(Boolean);
    },
  });
}

/** Among independent resources, the last created is deleted first. */
function inverse(records: readonly ResourceRecord[], order: readonly string[]): string[] {
  const ids = new Set(records.map(({ logicalId }) => logicalId));
  const known = order.filter((id) => ids.has(id));
  return [...[...ids].filter((id) => !known.includes(id)), ...known.toReversed()];
}

/** Deletes one resource, once. One that a policy retains only leaves the stack. */
export async function disposeOnce(work: Work, record: ResourceRecord, thing: PendingDeletion): Promise<boolean> {
  const { engine } = work;
  if (thing.retain) {
    removeFromRecord(work, record, { thing, status: 'DELETE_SKIPPED' });
    return true;
  }
  tell(work, record, { thing, status: 'DELETE_IN_PROGRESS' });
  const { physicalId, attributes, properties } = thing;
  const context = providerContext(work, {
    logicalId: record.logicalId,
    signals: { subscribe: () => () => {} },
    cancelled: AbortSignal.any([work.cancel.signal, engine.halted]),
    created: () => {},
    progress: (reason) => tell(work, record, { thing, status: 'DELETE_IN_PROGRESS', reason }),
  });
  try {
    const current = { physicalId, attributes, properties: structuredClone(properties) };
    await unlessHalted(engine, providerOf(work, record.type).delete(context, current));
  } catch (error) {
    if (error instanceof Halted || engine.halted.aborted) throw new Halted();
    tell(work, record, { thing, status: 'DELETE_FAILED', reason: messageOf(error) });
    return false;
  }
  removeFromRecord(work, record, { thing, status: 'DELETE_COMPLETE' });
  return true;
}

/** Removes a physical resource from the resource's record, and the record from the stack when it is empty. */
export function removeFromRecord(
  work: Work,
  { logicalId }: Pick<ResourceRecord, 'logicalId'>,
  gone?: { thing: PendingDeletion; status: 'DELETE_COMPLETE' | 'DELETE_SKIPPED' } | { thing: PendingDeletion },
): void {
  const { engine, stack } = work;
  const { resources } = engine.stackStore;
  engine.journal.together(() => {
    const record = resources.get(stack.stackId, logicalId)!;
    // E11 [K]: a resource that never had a physical id has no DELETE_IN_PROGRESS event.
    if (!gone) tell(work, record, { status: 'DELETE_COMPLETE' });
    else if ('status' in gone) tell(work, record, gone);
    const left = gone ? without(resources.get(stack.stackId, logicalId)!, gone.thing) : undefined;
    if (left) resources.put(stack.stackId, logicalId, left);
    else resources.delete(stack.stackId, logicalId);
  });
}

function without(record: ResourceRecord, thing: PendingDeletion): ResourceRecord | undefined {
  const live = record.live?.physicalId === thing.physicalId ? undefined : record.live;
  const doomed = record.doomed.filter(({ physicalId }) => physicalId !== thing.physicalId);
  return live || doomed.length ? { ...record, live, doomed } : undefined;
}

/** The record follows the live resource, or the last one left; others have only events. */
function tell(
  { engine, stack }: Work,
  { logicalId }: Pick<ResourceRecord, 'logicalId'>,
  { thing, status, reason }: { thing?: Physical; status: string; reason?: string },
): void {
  const record = engine.stackStore.resources.get(stack.stackId, logicalId)!;
  const news = { status, reason, physicalId: thing?.physicalId };
  if (record.live && record.live.physicalId !== thing?.physicalId) engine.journal.mention(stack, record, news);
  else engine.journal.resource(stack, record, news);
}
