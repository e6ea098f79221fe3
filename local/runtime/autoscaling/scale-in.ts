import type { Group, GroupInstance, TerminationPolicy } from './group';

/**
 * Which `count` instances go when there are too many: each time from the zone that has most, then by the group's
 * policies in order, then the oldest.
 */
export function chooseForScaleIn(group: Group, live: readonly GroupInstance[], count: number): GroupInstance[] {
  const remaining = [...live];
  const chosen: GroupInstance[] = [];
  while (chosen.length < count) {
    const candidates = group.terminationPolicies.reduce(
      (left, policy) => narrow(group, left, policy),
      inFullestZone(remaining),
    );
    const next = candidates.sort(byAge)[0];
    if (!next) break;
    chosen.push(next);
    remaining.splice(remaining.indexOf(next), 1);
  }
  return chosen;
}

/** `Default` is AWS's own order: the oldest launch template first. */
function narrow(group: Group, candidates: GroupInstance[], policy: TerminationPolicy): GroupInstance[] {
  const byTime = [...candidates].sort(byAge);
  if (policy === 'OldestInstance') return byTime.slice(0, 1);
  if (policy === 'NewestInstance') return byTime.slice(-1);
  const age = (instance: GroupInstance) =>
    instance.launchTemplate.id === group.launchTemplate.id ? Number(instance.launchTemplate.version) : -1;
  const oldest = Math.min(...candidates.map(age));
  return candidates.filter((candidate) => age(candidate) === oldest);
}

function inFullestZone(instances: GroupInstance[]): GroupInstance[] {
  const population = countBy(instances, (instance) => instance.availabilityZone);
  const most = Math.max(...population.values());
  return instances.filter((instance) => population.get(instance.availabilityZone) === most);
}

/** Counts the `items` by key. */
export function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function byAge(a: GroupInstance, b: GroupInstance): number {
  return a.launchedAt.localeCompare(b.launchedAt) || a.instanceId.localeCompare(b.instanceId);
}
