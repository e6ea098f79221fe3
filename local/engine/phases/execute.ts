import { messageOf } from '../../kernel/failure';
import { resolveOutputs } from '../../template/outputs';
import { checkExports, publishExports } from '../requests/exports';
import { bring } from '../resources/bring';
import { markForDeletion } from '../resources/dispose';
import type { Deployment, ResourceRecord } from '../state/records';
import type { Creating, Updating } from '../state/stack';
import { Halted } from '../state/stack-journal';
import { openWork, type StackOperation, type Work } from './operation';
import { walk } from './walk';

/** Makes all resources of a new stack, then its outputs. */
export async function creating(run: StackOperation, state: Creating): Promise<void> {
  const work = openWork(run, state.to);
  const trouble = await carryOut(work);
  if (run.engine.stackStore.stack(run.stackId).state.id !== state.id) return;
  if (trouble !== undefined) return failCreation(run, state, trouble);
  run.engine.journal.together(() => {
    settle(work);
    run.engine.journal.stack(run.stackId, { id: 'CREATE_COMPLETE', deployed: state.to });
  });
}

/** Brings all resources to the new deployment. Replaced and removed resources stay until the clean-up. */
export async function updating(run: StackOperation, state: Updating): Promise<void> {
  const work = openWork(run, state.to);
  const trouble = await carryOut(work);
  if (run.engine.stackStore.stack(run.stackId).state.id !== state.id) return;
  if (trouble !== undefined) return failUpdate(run, state, trouble);
  run.engine.journal.together(() => {
    settle(work);
    run.engine.journal.stack(run.stackId, { id: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', deployed: state.to });
  });
}

/** Handles a failed creation, according to its request (E4). */
export function failCreation({ engine, stackId }: StackOperation, { to, onFailure }: Creating, reason: string): void {
  switch (onFailure) {
    case 'ROLLBACK':
      // [K] CloudFormation adds this text although no person requested it.
      return engine.journal.stack(
        stackId,
        { id: 'ROLLBACK_IN_PROGRESS', to },
        { reason: `${reason}Rollback requested by user.` },
      );
    case 'DO_NOTHING':
      return engine.journal.stack(stackId, { id: 'CREATE_FAILED', to }, { reason });
    case 'DELETE':
      return engine.journal.stack(stackId, { id: 'DELETE_IN_PROGRESS', of: to, retain: [] }, { reason });
  }
}

/** Handles a failed update (E4, E11). */
export function failUpdate(
  { engine, stackId }: StackOperation,
  { from, to, onFailure }: Updating,
  reason: string,
): void {
  const id = onFailure === 'DO_NOTHING' ? 'UPDATE_FAILED' : 'UPDATE_ROLLBACK_IN_PROGRESS';
  engine.journal.stack(stackId, { id, from, to }, { reason });
}

/** E11: `The following resource(s) failed to create: [A]. The following resource(s) failed to update: [B]. ` */
export function failureReason(failed: readonly ResourceRecord[]): string {
  const sentence = (verb: 'create' | 'update' | 'delete') => {
    const ids = failed.filter(({ status }) => status === `${verb.toUpperCase()}_FAILED`).map((one) => one.logicalId);
    return ids.length ? `The following resource(s) failed to ${verb}: [${ids.join(', ')}]. ` : '';
  };
  return sentence('create') + sentence('update') + sentence('delete');
}

/**
 * Brings every resource of the blueprint to its target. Returns the reason of a failure, in the words of the stack's
 * event.
 */
async function carryOut(work: Work): Promise<string | undefined> {
  const { engine, stack, blueprint, cancel } = work;
  const { order, dependencies } = blueprint.dependencies;
  const failed = await walk({
    order,
    before: (id) => dependencies.get(id) ?? [],
    visit: (id) => bring(work, id),
    onFailure: 'stop',
    cancelled: cancel.signal,
  });
  const records = failed.map((id) => engine.stackStore.resources.get(stack.stackId, id)!);
  return failed.length ? failureReason(records) : outputTrouble(work);
}

function outputTrouble(work: Work): string | undefined {
  try {
    checkExports(work, resolveOutputs(work.blueprint.template, work.blueprint.environment));
    return undefined;
  } catch (error) {
    if (error instanceof Halted) throw error;
    return `${messageOf(error)}. `;
  }
}

/** Completes the deployment: its outputs and exports apply, and replaced or removed resources are deleted next. */
function settle({ engine, stack, blueprint }: Work): void {
  const { template, environment, deployment, imports, dependencies } = blueprint;
  const outputs = resolveOutputs(template, environment);
  const standing: Deployment = { ...deployment, outputs, imports: [...imports] };
  engine.stackStore.deployments.put(stack.stackId, deployment.id, standing);
  publishExports(engine, stack, outputs);

  const active = new Set(dependencies.order);
  for (const record of engine.stackStore.resources.all(stack.stackId)) {
    const { logicalId, live, undo, doomed } = record;
    const definition = template.resources[logicalId]!;
    const settled: ResourceRecord =
      active.has(logicalId) && live
        ? {
            ...record,
            undo: undefined,
            live: { ...live, definition, stackTags: deployment.tags },
            dependsOn: [...(dependencies.dependencies.get(logicalId) ?? [])],
            doomed: undo?.kind === 'replaced' ? [...doomed, replaced(undo, definition.updateReplacePolicy)] : doomed,
          }
        : {
            ...record,
            undo: undefined,
            live: undefined,
            doomed: live ? [...doomed, markForDeletion(live, 'removed-from-template')] : doomed,
          };
    engine.stackStore.resources.put(stack.stackId, logicalId, settled);
  }
}

type Replaced = Extract<ResourceRecord['undo'], { kind: 'replaced' }>;

/** E23: UpdateReplacePolicy decides about a replaced resource, and DeletionPolicy does not. */
function replaced({ before, altered }: Replaced, policy: string | undefined) {
  return { ...(altered ?? before), retain: policy === 'Retain' || policy === 'RetainExceptOnCreate' };
}
