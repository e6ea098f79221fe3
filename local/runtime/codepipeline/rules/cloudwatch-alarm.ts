import type { Clock } from '../../../kernel/clock';
import type { Alarms } from '../../../kernel/ports';
import { ActionFailed, type ActionRunner } from '../actions/action';

/** Milliseconds until an alarm that rings is checked again. */
const INTERVAL_MS = 10_000;

/**
 * Fails while the alarm is in one of the watched states (default: `ALARM`). Within its wait time the alarm may recover
 * (A22).
 */
export function cloudWatchAlarm({ clock, alarms }: { clock: Clock; alarms: Alarms }): ActionRunner {
  return async ({ configuration, signal }) => {
    const { AlarmName: name = '', AlarmStates: watched = 'ALARM', WaitTime: minutes = '0' } = configuration;
    const states = watched.split(',').map((state) => state.trim());
    for (let left = Number(minutes) * 60_000; ; left -= INTERVAL_MS) {
      const state = alarms.state(name);
      if (state === undefined) throw new ActionFailed('ConfigurationError', `The alarm ${name} does not exist`);
      if (!states.includes(state)) return { summary: `The alarm ${name} is in state ${state}` };
      if (left <= 0) throw new ActionFailed('JobFailed', `The alarm ${name} is in state ${state}`);
      await clock.sleep(Math.min(left, INTERVAL_MS), signal);
    }
  };
}
