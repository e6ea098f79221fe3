import { ParametersMistake } from '../parameters';
import { NotVerified } from './answers';

/** The current state of an alarm. */
export interface Alarm {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** Time of the change into this state, in milliseconds. */
  readonly since: number;
  readonly reason: string;
  /** Start of the oldest period of the evaluation, in milliseconds; undefined if CloudWatch does not report it. */
  readonly judgedFrom?: number;
}

/**
 * For each alarm, the start of its ALARM state at the beginning of the watch; null if it was in another state. Only
 * compared, never used as a time.
 */
export type Before = readonly (number | null)[];

/** Returns the alarms in the order of the names. Throws if one does not exist. */
export function inOrder(names: readonly string[], alarms: readonly Alarm[]): Alarm[] {
  return names.map((name) => {
    const alarm = alarms.find((one) => one.name === name);
    if (!alarm) throw new ParametersMistake(`there is no alarm ${name}`);
    return alarm;
  });
}

/** Returns the state to keep when the watch begins. */
export function asTheWatchBegins(alarms: readonly Alarm[]): Before {
  return alarms.map(({ state, since }) => (state === 'ALARM' ? since : null));
}

/**
 * Throws `NotVerified` if an alarm has gone off since the watch began, or if, at its end, one that was in ALARM before
 * still is: until then it may recover, because its cause may be the version that this deployment replaces. An alarm
 * that goes off later about a period before the watch counts as one that was in ALARM: requests that the fleet could
 * not answer yet, including those of `Verify` itself, are errors of that minute. Returns the state for the next call.
 */
export function judge(alarms: readonly Alarm[], watch: { before: Before; began: number; isOver: boolean }): Before {
  return alarms.map(({ name, state, since, reason, judgedFrom }, index) => {
    const before = watch.before[index] ?? null;
    if (state !== 'ALARM') return before;
    const isOld = since === before || (judgedFrom !== undefined && judgedFrom < watch.began);
    if (!isOld) throw new NotVerified(`the alarm ${name} went off: ${reason}`);
    if (watch.isOver) throw new NotVerified(`the alarm ${name} was in ALARM before, and did not recover: ${reason}`);
    return since;
  });
}
