import { isDeepStrictEqual } from 'node:util';
import { changedAttributes } from '../../template/plan-modification';
import { same } from '../../template/same';
import { providerOf } from '../context';
import type { Work } from '../phases/operation';
import type { Physical, ResourceRecord } from '../state/records';
import { alter, hasFailed } from './alter';
import { attempt } from './attempt';
import { make } from './make';
import { type ResourceTarget, targetOf } from './target';

/** Brings one resource to its target in the blueprint. False if it failed; its siblings are cancelled then. */
export async function bring(work: Work, logicalId: string): Promise<boolean> {
  const { engine, stack, blueprint } = work;
  const record = engine.stackStore.resources.get(stack.stackId, logicalId);
  const verb = record?.live?.complete || record?.undo?.kind === 'replaced' ? 'UPDATE' : 'CREATE';
  const succeeded = await attempt(work, { logicalId, verb }, async () => {
    const target = targetOf(work, blueprint.template.resources[logicalId]!);
    if (!record?.live?.complete) return make(work, { target, record, verb });
    const { live } = record;
    switch (decide(work, { live, record, target })) {
      case 'keep':
        return engine.stackStore.resources.put(stack.stackId, logicalId, { ...record, dependsOn: target.dependsOn });
      case 'alter':
        return alter(work, { target, record, live });
      case 'replace':
        refuseCustomName(live, target);
        return make(work, { target, record, verb });
    }
  });
  if (!succeeded) work.cancel.abort();
  return succeeded;
}

/** Returns the change that an existing resource needs: nothing, a change in place, or a new one in its stead. */
function decide(
  work: Work,
  { live, record, target }: { live: Physical; record: ResourceRecord; target: ResourceTarget },
): 'keep' | 'alter' | 'replace' {
  const provider = providerOf(work, record.type);
  const names = new Set([...Object.keys(live.properties), ...Object.keys(target.properties)]);
  const changed = [...names].filter((name) => !same(live.properties[name], target.properties[name]));
  const replaces = () => provider.replaces?.({ ...live.properties }, { ...target.properties });
  if (changed.some((name) => provider.createOnly.includes(name))) return 'replace';
  if (changed.length && (!provider.update || replaces())) return 'replace';

  const tags = work.blueprint.deployment.tags;
  const retagged = Object.hasOwn(provider.properties, 'Tags') && !isDeepStrictEqual(live.stackTags, tags);
  const redescribed = changedAttributes(live.definition, target.definition).length > 0;
  return changed.length || retagged || redescribed || hasFailed(record) ? 'alter' : 'keep';
}

/** E33: two resources cannot have the same name, and the new one is created before the old one is deleted. */
function refuseCustomName({ physicalId }: Physical, { properties }: ResourceTarget): void {
  const named = Object.entries(properties).some(([key, value]) => key.endsWith('Name') && value === physicalId);
  if (!named) return;
  throw new Error(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
      `Rename ${physicalId} and update the stack again.`,
  );
}
