/** A fleet's sizes as the settings have them. */
export interface FleetSettings {
  readonly min: number;
  readonly max: number;
  readonly batch: number;
}

/** Current sizes of a group. */
export interface LiveSizes {
  readonly desired: number;
  readonly max: number;
}

/**
 * Returns the parameters of a roll that never has fewer servers in service than the group wants now, even above the
 * `max` of the settings, since somebody raised the group for a reason. There is room for a batch beside them (F6, F13).
 * The maximum of a raised group stays, since a lower one would end servers (F35). After a person has lowered the
 * desired capacity to the settings, the maximum follows. `live` is undefined if there is no group yet.
 *
 * A failed roll leaves the group as large as it had grown (F15), but not larger than the maximum to which its rollback
 * returns (F35).
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

/** Describes the effect of the roll on existing servers. */
export function capacityText({ max }: FleetSettings, live: LiveSizes | undefined): string {
  if (!live) return '';
  const wanted = `, ${live.desired} servers are wanted`;
  if (!isRaised(live, max)) return wanted;
  return `${wanted}: more than the ${max} of "max" in the settings, and they stay until a person lowers the capacity`;
}

function isRaised(live: LiveSizes | undefined, max: number): live is LiveSizes {
  return live !== undefined && live.desired > max;
}
