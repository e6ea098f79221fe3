import { type Group, type GroupInstance, isLive, isSuspended } from './group';
import { chooseForScaleIn, countBy } from './scale-in';

/** Next step of a group towards its desired capacity. */
export interface Decision {
  /** A subnet for each instance to launch. */
  readonly launch: readonly string[];
  readonly terminate: readonly { readonly instance: GroupInstance; readonly why: 'unhealthy' | 'surplus' }[];
}

export interface GroupSituation {
  readonly group: Group;
  readonly instances: readonly GroupInstance[];
  /** The subnet of each running launch that has no instance yet. */
  readonly launching: readonly string[];
  /** True if launches wait because the last one failed. */
  readonly backingOff: boolean;
  /** The zone of each of the group's subnets. */
  readonly zones: Readonly<Record<string, string>>;
}

/** Compares the current state with the desired one, and returns the steps. Pure: the caller executes them. */
export function decide(situation: GroupSituation): Decision {
  const { group, instances, launching } = situation;
  const mayTerminate = !isSuspended(group, 'Terminate');
  const unhealthy = instances.filter(
    (instance) => isLive(instance) && instance.healthStatus === 'Unhealthy' && !isSuspended(group, 'ReplaceUnhealthy'),
  );
  const replaced = mayTerminate ? unhealthy : [];
  const live = instances.filter((instance) => isLive(instance) && !replaced.includes(instance));
  const surplus = live.length + launching.length - group.desiredCapacity - (group.surge ?? 0);
  const leaving = mayTerminate && surplus > 0 ? chooseForScaleIn(group, live, surplus) : [];
  const missing = situation.backingOff || isSuspended(group, 'Launch') ? 0 : Math.max(0, -surplus);
  return {
    launch: spread(situation, live, missing),
    terminate: [
      ...replaced.map((instance) => ({ instance, why: 'unhealthy' as const })),
      ...leaving.map((instance) => ({ instance, why: 'surplus' as const })),
    ],
  };
}

/** Each new instance goes to the emptiest zone, and there to the emptiest subnet. */
function spread({ group, launching, zones }: GroupSituation, live: readonly GroupInstance[], count: number): string[] {
  const taken = [...live.map((instance) => instance.subnetId), ...launching];
  const chosen: string[] = [];
  for (let n = 0; n < count; n++) {
    const occupied = [...taken, ...chosen];
    const bySubnet = countBy(occupied, (subnet) => subnet);
    const byZone = countBy(occupied, (subnet) => zones[subnet] ?? '');
    const emptiest = [...group.subnets].sort(
      (a, b) =>
        (byZone.get(zones[a] ?? '') ?? 0) - (byZone.get(zones[b] ?? '') ?? 0) ||
        (bySubnet.get(a) ?? 0) - (bySubnet.get(b) ?? 0),
    )[0];
    if (emptiest === undefined) break;
    chosen.push(emptiest);
  }
  return chosen;
}
