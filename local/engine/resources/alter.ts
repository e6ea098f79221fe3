import { isDeepStrictEqual } from 'node:util';
import { same } from '../../template/same';
import { providerContext, providerOf } from '../context';
import { unlessHalted, type Work } from '../phases/operation';
import type { Provided } from '../provider';
import { checkRequired } from '../requests/required';
import type { Physical, ResourceRecord } from '../state/records';
import { physical, type ResourceTarget } from './target';

export interface Alteration {
  readonly target: ResourceTarget;
  readonly record: ResourceRecord;
  readonly live: Physical;
}

/** Changes a resource in place. The intention is stored before the provider is called, so that a rollback knows it. */
export async function alter(work: Work, { target, record, live }: Alteration): Promise<void> {
  const { engine, stack } = work;
  const next = { ...live, ...physical(work, { target, physicalId: live.physicalId }) };
  const begun = engine.journal.resource(
    stack,
    { ...record, undo: record.undo ?? { kind: 'updated', before: live }, live: next, dependsOn: target.dependsOn },
    { status: 'UPDATE_IN_PROGRESS', shown: target.shown },
  );
  const provided = await applyChange(work, {
    logicalId: record.logicalId,
    current: live,
    next,
    force: hasFailed(record),
  });
  engine.journal.resource(
    stack,
    { ...begun, live: { ...next, ...provided } },
    { status: 'UPDATE_COMPLETE', shown: target.shown },
  );
}

export interface Change {
  readonly logicalId: string;
  readonly current: Physical;
  readonly next: Physical;
  /** Calls the provider even if nothing differs, because an earlier attempt was interrupted. */
  readonly force: boolean;
}

/** Calls the provider to change `current` to `next`, if the difference concerns the provider. */
export async function applyChange(work: Work, { logicalId, current, next, force }: Change): Promise<Provided> {
  const { engine, stack } = work;
  const provider = providerOf(work, next.definition.type);
  const { physicalId, attributes } = current;
  const isSame =
    same({ ...current.properties }, { ...next.properties }) && isDeepStrictEqual(current.stackTags, next.stackTags);
  if (!provider.update || (isSame && !force)) return { physicalId, attributes };

  const channel = engine.signals.channel(stack.stackId, logicalId);
  try {
    const context = providerContext(work, {
      logicalId,
      definition: next.definition,
      signals: channel,
      cancelled: AbortSignal.any([work.cancel.signal, engine.halted]),
      created: () => {},
      progress(reason) {
        const record = engine.stackStore.resources.get(stack.stackId, logicalId);
        if (record) engine.journal.resource(stack, record, { status: 'UPDATE_IN_PROGRESS', reason });
      },
    });
    const before = { physicalId, attributes, properties: structuredClone(current.properties) };
    checkRequired(provider, next.properties);
    const provided = await unlessHalted(engine, provider.update(context, before, structuredClone(next.properties)));
    return { physicalId: provided.physicalId, attributes: provided.attributes ?? attributes };
  } finally {
    channel.close();
  }
}

/** True if the last attempt on the resource failed. */
export function hasFailed({ status }: ResourceRecord): boolean {
  return status.endsWith('_FAILED');
}
