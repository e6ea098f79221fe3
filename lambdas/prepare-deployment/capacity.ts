/** A fleet's sizes as the settings have them. */
export interface FleetSettings {
  readonly min: number;
  readonly max: number;
  readonly batch: number;
}

/** A group's sizes as they are now. */
export interface LiveSizes {
  readonly desired: number;
  readonly max: number;
}

/**
 * Returns the parameters of a roll that never leaves fewer servers in service than the group wants now, also above the
 * `max` of the settings: somebody raised the group for a reason. There is room for a batch beside them (F6, F13), and the
 * maximum of a group that was raised stays, since a lower one would end servers (F35). Once a person has brought the
 * wanted number back to the settings, the maximum follows. `live` is undefined if there is no group yet.
 *
 * A roll that fails leaves the group as large as it had grown for it (F15), but not beyond the maximum that its rollback
 * goes back to (F35).
 */
export function capacityFor({ min, max, batch }: FleetSettings, live: LiveSizes | undefined): Record<string, string> {
  const inService = Math.max(live?.desired ?? min, min);
  return {
    MinSize: String(min),
    MaxSize: String(Math.max(max, isRaised(live, max) ? live.max : 0, inService + batch)),
    MinInstancesInService: String(inService),
    MaxBatchSize: String(batch),
  };
}

/** Tells the history of servers that a roll keeps although the settings want fewer. */
export function keptServers({ max }: FleetSettings, live: LiveSizes | undefined): Record<string, string> {
  return isRaised(live, max) ? { KeptServers: String(live.desired) } : {};
}

/** Tells a person what becomes of the servers that are there. */
export function capacityText({ max }: FleetSettings, live: LiveSizes | undefined): string {
  if (!live) return '';
  const wanted = `, ${live.desired} servers are wanted`;
  if (!isRaised(live, max)) return wanted;
  return `${wanted}: more than the ${max} of "max" in the settings, and they stay until a person lowers the capacity`;
}

function isRaised(live: LiveSizes | undefined, max: number): live is LiveSizes {
  return live !== undefined && live.desired > max;
}
