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

/** What is remembered as the watch begins. */
export function asTheWatchBegins(alarms: readonly Alarm[]): Before {
  return alarms.map(({ state, since }) => (state === 'ALARM' ? since : null));
}

/**
 * Throws `NotVerified` where an alarm has gone off since the watch began, or, at its end, where one that was already in
 * ALARM still is: until then it may recover, for what rang may be what this deployment replaces. Which is which is told
 * by CloudWatch's own times, so that no two clocks are compared.
 */
export function judge(alarms: readonly Alarm[], before: Before, isOver: boolean): void {
  for (const [index, { name, state, since, reason }] of alarms.entries()) {
    if (state !== 'ALARM') continue;
    if (since !== before[index]) throw new NotVerified(`the alarm ${name} went off: ${reason}`);
    if (isOver) throw new NotVerified(`the alarm ${name} was in ALARM before, and did not recover: ${reason}`);
  }
}
