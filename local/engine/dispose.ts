import { messageOf } from '../kernel/failure';
import { Halted } from './chronicle';
import { providerContext, providerOf } from './context';
import { unlessHalted, type Work } from './operation';
import type { Doomed, Physical, ResourceRecord } from './records';
import { walk } from './walk';

/** Why a thing leaves its stack: how its DeletionPolicy reads depends on it (E23). */
export type Departure = 'stack-deleted' | 'removed-from-template' | 'creation-rolled-back';

/** A thing on its way out, with what its policy makes of it. What never became complete is always deleted. */
export function doom(thing: Physical, departure: Departure): Doomed {
  const { deletionPolicy } = thing.definition;
  const keeps =
    deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && departure !== 'creation-rolled-back');
  return { ...thing, retain: keeps && thing.complete };
}

export interface Disposal {
  /** Returns the physical things of each resource that are deleted. Nothing: the resource itself was never made. */
  things(record: ResourceRecord): readonly Doomed[];
  /** Tries one thing. False: it could not be deleted. */
  dispose(work: Work, record: ResourceRecord, thing: Doomed): Promise<boolean>;
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
      if (!record.live && leaving.length === 0) strike(work, record);
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
export async function disposeOnce(work: Work, record: ResourceRecord, thing: Doomed): Promise<boolean> {
  const { engine } = work;
  if (thing.retain) {
    strike(work, record, { thing, status: 'DELETE_SKIPPED' });
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
  strike(work, record, { thing, status: 'DELETE_COMPLETE' });
  return true;
}

/** Takes a thing off the resource's record, and the record off the stack when nothing is left of it. */
export function strike(
  work: Work,
  { logicalId }: Pick<ResourceRecord, 'logicalId'>,
  gone?: { thing: Doomed; status: 'DELETE_COMPLETE' | 'DELETE_SKIPPED' } | { thing: Doomed },
): void {
  const { engine, stack } = work;
  const { resources } = engine.ledger;
  engine.chronicle.together(() => {
    const record = resources.get(stack.stackId, logicalId)!;
    // E11 [K]: what never had a physical id goes without an event of its beginning.
    if (!gone) tell(work, record, { status: 'DELETE_COMPLETE' });
    else if ('status' in gone) tell(work, record, gone);
    const left = gone ? without(resources.get(stack.stackId, logicalId)!, gone.thing) : undefined;
    if (left) resources.put(stack.stackId, logicalId, left);
    else resources.delete(stack.stackId, logicalId);
  });
}

function without(record: ResourceRecord, thing: Doomed): ResourceRecord | undefined {
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
  if (record.live && record.live.physicalId !== thing?.physicalId) engine.chronicle.mention(stack, record, news);
  else engine.chronicle.resource(stack, record, news);
}
