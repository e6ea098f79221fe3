import { messageOf } from '../kernel/failure';
import { providerContext, providerOf } from './context';
import { unlessHalted, type Work } from './operation';
import type { PendingDeletion, Physical, ResourceRecord } from './records';
import { Halted } from './stack-journal';
import { walk } from './walk';

/** Why a thing leaves its stack: how its DeletionPolicy reads depends on it (E23). */
export type Departure = 'stack-deleted' | 'removed-from-template' | 'creation-rolled-back';

/** A thing on its way out, with what its policy makes of it. What never became complete is always deleted. */
export function markForDeletion(thing: Physical, departure: Departure): PendingDeletion {
  const { deletionPolicy } = thing.definition;
  const keeps =
    deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && departure !== 'creation-rolled-back');
  return { ...thing, retain: keeps && thing.complete };
}

export interface Disposal {
  /** Returns the physical things of each resource that are deleted. Nothing: the resource itself was never made. */
  things(record: ResourceRecord): readonly PendingDeletion[];
  /** Tries one thing. False: it could not be deleted. */
  dispose(work: Work, record: ResourceRecord, thing: PendingDeletion): Promise<boolean>;
}

/** Removes what leaves the stack, dependents first, the independent side by side (E13). Gives what failed. */
export function disposeAll(work: Work, { things, dispose }: Disposal): Promise<string[]> {
  const { engine, stack, cancel } = work;
  const records = engine.ledger.resources.all(stack.stackId);
  return walk({
    order: inverse(records, work.blueprint.dependencies.order),
    before: (id) => records.filter(({ dependsOn }) => dependsOn.includes(id)).map(({ logicalId }) => logicalId),
    onFailure: 'go-on',
    cancelled: cancel.signal,
    async visit(id) {
      const record = engine.ledger.resources.get(stack.stackId, id)!;
      const leaving = things(record);
      if (!record.live && leaving.length === 0) removeFromRecord(work, record);
      const gone = await Promise.all(leaving.map((thing) => dispose(work, record, thing)));
      return gone.every(Boolean);
    },
  });
}

/** Among the independent, what was made last goes first. */
function inverse(records: readonly ResourceRecord[], order: readonly string[]): string[] {
  const ids = new Set(records.map(({ logicalId }) => logicalId));
  const known = order.filter((id) => ids.has(id));
  return [...[...ids].filter((id) => !known.includes(id)), ...known.toReversed()];
}

/** Deletes one thing, once. One that a policy retains only leaves the stack. */
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

/** Takes a thing off the resource's record, and the record off the stack when nothing is left of it. */
export function removeFromRecord(
  work: Work,
  { logicalId }: Pick<ResourceRecord, 'logicalId'>,
  gone?: { thing: PendingDeletion; status: 'DELETE_COMPLETE' | 'DELETE_SKIPPED' } | { thing: PendingDeletion },
): void {
  const { engine, stack } = work;
  const { resources } = engine.ledger;
  engine.journal.together(() => {
    const record = resources.get(stack.stackId, logicalId)!;
    // E11 [K]: what never had a physical id goes without an event of its beginning.
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

/** The record follows what happens to the live thing, or to the last that is left; of others there are events only. */
function tell(
  { engine, stack }: Work,
  { logicalId }: Pick<ResourceRecord, 'logicalId'>,
  { thing, status, reason }: { thing?: Physical; status: string; reason?: string },
): void {
  const record = engine.ledger.resources.get(stack.stackId, logicalId)!;
  const news = { status, reason, physicalId: thing?.physicalId };
  if (record.live && record.live.physicalId !== thing?.physicalId) engine.journal.mention(stack, record, news);
  else engine.journal.resource(stack, record, news);
}
