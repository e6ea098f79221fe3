/** View of a group for a target tracking policy. */
export interface Tracking {
  /** The metric in each of the last minutes, oldest first; undefined for one without data. */
  readonly values: readonly (number | undefined)[];
  readonly target: number;
  /** The group's desired capacity. */
  readonly desired: number;
  /** Instances that are in service and warmed up: those that the metric speaks of. */
  readonly serving: number;
  /** Instances on their way, or not warmed up yet. */
  readonly warming: number;
  readonly disableScaleIn: boolean;
}

/** Above the target in so many minutes in a row, it scales out. */
const MINUTES_OUT = 3;
/** Below nine tenths of it in so many, it scales in: quickly out, slowly in. */
export const MINUTES_IN = 15;
const LOW = 0.9;

/**
 * Returns the capacity that a policy wants: the one that brings the metric to its target, rounded up. The current one
 * if the metric is near its target, and undefined without data. Pure.
 */
export function wantedCapacity(tracking: Tracking): number | undefined {
  const { desired, disableScaleIn, serving, target, values, warming } = tracking;
  const latest = values.at(-1);
  if (latest === undefined) return undefined;
  const inProportion = Math.ceil((serving * latest) / target);
  const high = values.slice(-MINUTES_OUT);
  if (high.length === MINUTES_OUT && high.every((value) => value !== undefined && value > target)) {
    return Math.max(desired, inProportion);
  }
  const low = values.slice(-MINUTES_IN);
  const isLow = low.length === MINUTES_IN && low.every((value) => value !== undefined && value < target * LOW);
  // It does not scale in while instances warm up.
  if (!isLow || disableScaleIn || warming > 0) return desired;
  return Math.min(desired, inProportion);
}

/** Out if any policy asks for it, by the one that asks for most; in only if all do. Pure. */
export function agreed(desired: number, wanted: readonly (number | undefined)[]): number {
  const known = wanted.filter((capacity) => capacity !== undefined);
  const most = Math.max(...known);
  if (known.length === 0) return desired;
  if (most > desired) return most;
  return known.length === wanted.length ? most : desired;
}
