import { ParametersMistake } from '../parameters';
import { NotVerified } from './answers';

/** An alarm as it is now. */
export interface Alarm {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** When it came into this state: milliseconds. */
  readonly since: number;
  readonly reason: string;
  /** When the oldest period began that the state was judged by: milliseconds; undefined where CloudWatch does not tell. */
  readonly judgedFrom?: number;
}

/** For each alarm, since when it was in ALARM as the watch began; null where it was not. Compared, never counted with. */
export type Before = readonly (number | null)[];

/** In the order of the names. Throws where one does not exist. */
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
 * Throws `NotVerified` where an alarm has gone off since the watch began, or, once it is over, where one that was already
 * in ALARM still is: until then it may recover, for what rang may be what this deployment replaces. An alarm that goes off
 * later for a period in which the watch had not begun counts as one that was in ALARM: the questions that a fleet could
 * not answer yet, of `Verify` itself too, are errors of that minute. Returns what is to be remembered from now on.
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
