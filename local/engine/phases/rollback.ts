import { applyChange, hasFailed } from '../resources/alter';
import { attempt } from '../resources/attempt';
import { disposeAll, disposeOnce, markForDeletion } from '../resources/dispose';
import { targetOf } from '../resources/target';
import type { Physical, ResourceRecord } from '../state/records';
import type { CreationFailed, UpdateFailed } from '../state/stack';
import { failureReason } from './execute';
import { openWork, type StackOperation, type Work } from './operation';
import { walk } from './walk';

/** Removes the resources of a failed creation, the last one first. */
export async function rollingBackCreation(run: StackOperation, { to }: CreationFailed): Promise<void> {
  const { engine, stackId } = run;
  const failed = await disposeAll(openWork(run, to), {
    things: ({ doomed, live }) => [...doomed, ...(live ? [markForDeletion(live, 'creation-rolled-back')] : [])],
    dispose: disposeOnce,
  });
  if (failed.length === 0) return engine.journal.stack(stackId, { id: 'ROLLBACK_COMPLETE', to });
  const reason = failureReason(failed.map((id) => engine.stackStore.resources.get(stackId, id)!));
  engine.journal.stack(stackId, { id: 'ROLLBACK_FAILED', to }, { reason });
}

/**
 * Returns every resource that the failed update changed to its earlier state, in the dependency order of the earlier
 * template and with its update policies (F8). Resources that the update created are left to the clean-up (E11).
 */
export async function rollingBackUpdate(run: StackOperation, { from, to }: UpdateFailed): Promise<void> {
  const { engine, stackId } = run;
  const work = openWork(run, from);
  const { order, dependencies } = work.blueprint.dependencies;
  const touched = order.filter((id) => isTouched(engine.stackStore.resources.get(stackId, id)));
  const failed = await walk({
    order: touched,
    before: (id) => dependencies.get(id) ?? [],
    visit: (id) => revert(work, id),
    onFailure: 'go-on',
  });
  if (failed.length) {
    const reason = failureReason(failed.map((id) => engine.stackStore.resources.get(stackId, id)!));
    return engine.journal.stack(stackId, { id: 'UPDATE_ROLLBACK_FAILED', from, to }, { reason });
  }
  engine.journal.together(() => {
    markCreatedForDeletion(work);
    engine.journal.stack(stackId, { id: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', deployed: from });
  });
}

/** Marks a resource as rolled back although it was not (E3): the stack forgets the change of the update. */
export function skipReversal({ engine, stack }: Work, record: ResourceRecord): void {
  const { undo, live } = record;
  const skipped: ResourceRecord =
    undo?.kind === 'updated' || undo?.kind === 'replaced'
      ? {
          ...record,
          undo: undefined,
          live: undo.before,
          doomed: superseded(engine, { record, live, before: undo.before }),
        }
      : record;
  engine.journal.resource(stack, skipped, { status: 'UPDATE_COMPLETE' });
}

function isTouched(record: ResourceRecord | undefined): boolean {
  if (!record) return false;
  return record.undo?.kind === 'updated' || record.undo?.kind === 'replaced' || record.status === 'UPDATE_FAILED';
}

/** Rolls one resource back. A replacement needs no work: the replaced resource still exists. */
function revert(work: Work, logicalId: string): Promise<boolean> {
  const { engine, stack, blueprint } = work;
  return attempt(work, { logicalId, verb: 'UPDATE' }, async () => {
    const record = engine.stackStore.resources.get(stack.stackId, logicalId)!;
    const { undo, live } = record;
    if (!undo || undo.kind === 'created') {
      // It failed before any change, for example on a reference that does not resolve.
      return void engine.journal.resource(stack, record, { status: 'UPDATE_COMPLETE' });
    }
    const current = undo.kind === 'replaced' ? (undo.altered ?? undo.before) : live!;
    const target = targetOf(work, blueprint.template.resources[logicalId]!);
    // As resolved before the update: values that are resolved again may contain results of the rollback itself, for
    // example
    // another version of a launch template, and then servers that are as they were before would count as obsolete.
    const next: Physical = undo.before;
    const { physicalId } = undo.before;
    const begun = engine.journal.resource(stack, record, {
      status: 'UPDATE_IN_PROGRESS',
      physicalId,
      shown: target.shown,
    });
    const force = undo.kind === 'updated' && hasFailed(record);
    const provided = await applyChange(work, { logicalId, current, next, force });
    const reverted = { ...next, ...provided };
    engine.journal.resource(
      stack,
      {
        ...begun,
        undo: undefined,
        live: reverted,
        doomed: superseded(engine, { record, live, before: undo.before }),
        dependsOn: target.dependsOn,
      },
      { status: 'UPDATE_COMPLETE', shown: target.shown },
    );
  });
}

/** Marks the replacement of `before` for the clean-up. */
function superseded(
  { copiesOfARollback }: Work['engine'],
  { record: { doomed }, live, before }: { record: ResourceRecord; live: Physical | undefined; before: Physical },
) {
  if (!live || live.physicalId === before.physicalId) return doomed;
  const leaving = markForDeletion(live, 'creation-rolled-back');
  const isKept = copiesOfARollback === 'kept' && live.definition.updateReplacePolicy === 'Retain' && live.complete;
  return [...doomed, isKept ? { ...leaving, retain: true } : leaving];
}

function markCreatedForDeletion({ engine, stack, blueprint }: Work): void {
  const kept = new Set(blueprint.dependencies.order);
  for (const record of engine.stackStore.resources.all(stack.stackId)) {
    const { logicalId, undo, live, doomed } = record;
    if (undo?.kind !== 'created' && kept.has(logicalId)) continue;
    const leaving = live ? [...doomed, markForDeletion(live, 'creation-rolled-back')] : doomed;
    engine.stackStore.resources.put(stack.stackId, logicalId, {
      ...record,
      undo: undefined,
      live: undefined,
      doomed: leaving,
    });
  }
}
