import { isoDurationMilliseconds } from '../kernel/clock';
import { AwsError, NotSupportedLocally, unreachable } from '../kernel/failure';

/**
 * The rolling update of an Auto Scaling group, as data: a state, and what comes next. Pure; the doing is in
 * `rolling-update-run.ts`. The algorithm is not documented by AWS: it is the model that fits seven recorded runs
 * (facts F.2, vectors v1 to v7), event by event.
 *
 *     planned ──▶ surging ──▶ terminating ──▶ terminating … ──▶ restoring ──▶ done
 *         └──────────────────────▲   (one per batch)                ▲
 *         └──────── no surge ────┘        nothing obsolete ─────────┘
 */
export type RollState =
  | { readonly kind: 'planned'; readonly roll: Roll }
  /** `current` instances are in the group, those of `obsolete` among them. */
  | { readonly kind: 'replacing'; readonly roll: Roll; readonly current: number; readonly obsolete: readonly string[] }
  | { readonly kind: 'restored' };

/** Effect of one step. `reasons` are event texts before it, `done` one after it. */
export type RollStep =
  | {
      readonly kind: 'surge';
      readonly reasons: readonly string[];
      /** The new minimum and desired capacity. */
      readonly capacity: number;
      readonly wait: Wait;
    }
  | {
      readonly kind: 'terminate';
      readonly reasons: readonly string[];
      readonly instances: readonly string[];
      /** Number of new instances for them. */
      readonly replacements: number;
      /** The desired capacity from then on. */
      readonly capacity: number;
      readonly done: string;
      readonly wait?: Wait;
    }
  /** The group gets its own minimum and this desired capacity back. */
  | { readonly kind: 'restore'; readonly desired: number };

/** New instances to wait for. */
export interface Wait {
  readonly reason: string;
  readonly instances: number;
}

/** All that a roll depends on, fixed when it starts. */
export interface Roll {
  readonly policy: RollingUpdatePolicy;
  /** D: the live desired capacity, or the template's if it has one. */
  readonly desired: number;
  readonly batch: number;
  readonly surge: number;
  /** Ids of the instances that do not match the new configuration, in the order in which they go. */
  readonly obsolete: readonly string[];
}

/** `UpdatePolicy.AutoScalingRollingUpdate` with its defaults (F5). */
export interface RollingUpdatePolicy {
  readonly maxBatchSize: number;
  readonly minInstancesInService: number;
  /** 0 to 100. */
  readonly minSuccessfulInstancesPercent: number;
  /** ISO 8601 duration: `PT5M`. Absent: no pause. */
  readonly pauseTime?: string;
  readonly suspendProcesses: readonly string[];
  readonly waitOnResourceSignals: boolean;
}

/** F6, word for word. Thrown before anything is touched. */
export const NO_ROOM = "MinInstancesInService must be less than the autoscaling group's MaxSize";

const LONGEST_PAUSE_MS = 3_600_000;

/** Plans a roll. Throws F6 if the policy leaves no room for a batch. */
export function planRoll(
  policy: RollingUpdatePolicy,
  group: { desired: number; maxSize: number; obsolete: readonly string[] },
): RollState {
  if (policy.minInstancesInService >= group.maxSize) throw new AwsError('ValidationError', NO_ROOM);
  const room = group.maxSize - policy.minInstancesInService;
  const batch = Math.min(policy.maxBatchSize, group.obsolete.length, room);
  const surge = batch === 0 ? group.desired : Math.max(group.desired, policy.minInstancesInService + batch);
  return { kind: 'planned', roll: { policy, desired: group.desired, batch, surge, obsolete: group.obsolete } };
}

/** The next move and the state after it; no move when all is done. */
export function nextMove(state: RollState): { move: RollStep; next: RollState } | undefined {
  switch (state.kind) {
    case 'planned':
      return begin(state.roll);
    case 'replacing':
      return state.obsolete.length > 0
        ? replaceBatch(state)
        : { move: { kind: 'restore', desired: state.roll.desired }, next: { kind: 'restored' } };
    case 'restored':
      return undefined;
    default:
      return unreachable(state);
  }
}

function begin(roll: Roll): { move: RollStep; next: RollState } {
  const { desired, obsolete, policy, surge } = roll;
  const next: RollState = { kind: 'replacing', roll, current: surge, obsolete };
  if (obsolete.length === 0) return { move: { kind: 'restore', desired }, next: { kind: 'restored' } };
  if (surge === desired) {
    const first = nextMove(next) as { move: RollStep & { kind: 'terminate' }; next: RollState };
    return { ...first, move: { ...first.move, reasons: [initiated(roll), ...first.move.reasons] } };
  }
  const reasons = [initiated(roll), `Temporarily setting autoscaling group MinSize and DesiredCapacity to ${surge}.`];
  return { move: { kind: 'surge', reasons, capacity: surge, wait: waitFor(surge - desired, policy) }, next };
}

function replaceBatch(state: RollState & { kind: 'replacing' }): { move: RollStep; next: RollState } {
  const { roll, current } = state;
  const { desired, policy } = roll;
  const leaving = state.obsolete.slice(0, roll.batch);
  const obsolete = state.obsolete.slice(roll.batch);
  const target =
    obsolete.length === 0
      ? desired
      : Math.max(desired, policy.minInstancesInService + Math.min(roll.batch, obsolete.length));
  const replacements = Math.max(0, target - (current - leaving.length));
  const capacity = current - leaving.length + replacements;
  const progress = Math.floor((100 * (roll.obsolete.length - obsolete.length)) / roll.obsolete.length);
  const list = `[${leaving.join(', ')}]`;
  const move: RollStep = {
    kind: 'terminate',
    reasons: [`Terminating instance(s) ${list}; replacing with ${replacements} new instance(s).`],
    instances: leaving,
    replacements,
    capacity,
    done: `Successfully terminated instance(s) ${list} (Progress ${progress}%).`,
    wait: replacements > 0 ? waitFor(replacements, policy) : undefined,
  };
  return { move, next: { kind: 'replacing', roll, current: capacity, obsolete } };
}

function initiated({ batch, obsolete, policy }: Roll): string {
  const opening = `Rolling update initiated. Terminating ${obsolete.length} obsolete instance(s) in batches of ${batch}, while keeping at least ${policy.minInstancesInService} instance(s) in service.`;
  const added = 'when new instances are added to the autoscaling group.';
  if (policy.waitOnResourceSignals) {
    return `${opening} Waiting on resource signals with a timeout of ${policy.pauseTime} ${added}`;
  }
  return policy.pauseTime ? `${opening} Pausing for ${policy.pauseTime} ${added}` : opening;
}

/** The wait for new instances, with its event's text. */
export function waitFor(instances: number, { pauseTime, waitOnResourceSignals }: RollingUpdatePolicy): Wait {
  const opening = 'New instance(s) added to autoscaling group';
  if (waitOnResourceSignals) {
    const reason = `${opening} - Waiting on ${instances} resource signal(s) with a timeout of ${pauseTime}.`;
    return { instances, reason };
  }
  return { instances, reason: pauseTime ? `${opening} - Pausing for ${pauseTime}.` : `${opening}.` };
}

/**
 * Reads an `UpdatePolicy` (F5). Undefined if it has no rolling update (F3: running instances stay then). Throws
 * `NotSupportedLocally` for the other policies, and `ValidationError` for values out of range.
 */
export function readRollingUpdate(
  updatePolicy: Readonly<Record<string, unknown>> = {},
): RollingUpdatePolicy | undefined {
  const replacing = updatePolicy['AutoScalingReplacingUpdate'] as { WillReplace?: unknown } | undefined;
  if (String(replacing?.WillReplace ?? 'false') === 'true') {
    throw new NotSupportedLocally('UpdatePolicy AutoScalingReplacingUpdate', 'use AutoScalingRollingUpdate');
  }
  const rolling = updatePolicy['AutoScalingRollingUpdate'] as Readonly<Record<string, unknown>> | undefined;
  if (!rolling) return undefined;
  const waits = String(rolling['WaitOnResourceSignals'] ?? 'false') === 'true';
  if (Number(rolling['MinActiveInstancesPercent'] ?? 100) !== 100) {
    throw new NotSupportedLocally('AutoScalingRollingUpdate.MinActiveInstancesPercent other than 100');
  }
  if (rolling['MinSuccessfulInstancesPercent'] !== undefined && !waits) {
    throw invalid('MinSuccessfulInstancesPercent', 'requires WaitOnResourceSignals to be true');
  }
  return {
    maxBatchSize: within('MaxBatchSize', rolling['MaxBatchSize'] ?? 1, [1, 100]),
    minInstancesInService: within('MinInstancesInService', rolling['MinInstancesInService'] ?? 0, [0, 10_000]),
    minSuccessfulInstancesPercent: within(
      'MinSuccessfulInstancesPercent',
      rolling['MinSuccessfulInstancesPercent'] ?? 100,
      [0, 100],
    ),
    pauseTime: pauseTime(rolling['PauseTime'] ?? (waits ? 'PT5M' : 'PT0S'), waits),
    suspendProcesses: (rolling['SuspendProcesses'] as readonly string[] | undefined) ?? [],
    waitOnResourceSignals: waits,
  };
}

/** Without signals a pause of no time is none. */
function pauseTime(value: unknown, waits: boolean): string | undefined {
  const text = String(value);
  try {
    const milliseconds = isoDurationMilliseconds(text);
    if (milliseconds > LONGEST_PAUSE_MS) throw invalid('PauseTime', 'must not be longer than PT1H');
    return milliseconds === 0 && !waits ? undefined : text;
  } catch (error) {
    if (error instanceof RangeError) throw invalid('PauseTime', `must be an ISO 8601 duration, not ${text}`);
    throw error;
  }
}

function within(name: string, value: unknown, [low, high]: [number, number]): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw invalid(name, `must be a whole number from ${low} to ${high}, not ${String(value)}`);
}

function invalid(name: string, what: string): AwsError {
  return new AwsError('ValidationError', `AutoScalingRollingUpdate.${name} ${what}`);
}
