/** A fleet's sizes as the settings have them. */
export interface FleetSettings {
  readonly min: number;
  readonly max: number;
  readonly batch: number;
}

/**
 * How to roll a fleet so that there are never fewer servers in service than now: as many stay as the group wants now,
 * within the settings' bounds, and there is room for a batch beside them (F6, F13). `desired` is undefined where there
 * is no group yet.
 *
 * A roll that fails leaves the group as large as it had grown for it (F15). Because what stays is at most `max`, the
 * next one does not grow it any further.
 */
export function capacityFor({ min, max, batch }: FleetSettings, desired: number | undefined): Record<string, string> {
  const inService = Math.min(Math.max(desired ?? min, min), max);
  return {
    MinSize: String(min),
    MaxSize: String(Math.max(max, inService + batch)),
    MinInstancesInService: String(inService),
    MaxBatchSize: String(batch),
  };
}
