import type { Done, NotYet, State } from '../pipeline-job';
import { type Expectation, goesOnAnswering, IN_A_ROW, untilItAnswers } from './answers';
import type { HttpAnswer } from './ask';
import { type Clock, minutesText } from './clock';
import { type Alarm, asTheWatchBegins, type Before, judge } from './watch';

export interface EnvironmentCheck {
  readonly expectation: Expectation;
  readonly withinMinutes: number;
  /**
   * Real seconds for which every further answer must be right too. Only a local run asks for it: its instances watch
   * their service for a shortened time, and an application's own clocks are not shortened.
   */
  readonly stableSeconds: number;
  /** Alarms to watch after it has answered, and for how long. */
  readonly watch?: { readonly names: readonly string[]; readonly minutes: number };
}

/** Dependencies of the verification. */
export interface World {
  ask(url: URL): Promise<HttpAnswer>;
  alarms(names: readonly string[]): Promise<Alarm[]>;
  readonly clock: Clock;
}

/**
 * Verifies an environment after a roll, in parts:
 *
 *     answering ──(as expected, several times in a row, then for `stableSeconds`)──▶ watching
 *     watching ──(time is over, no alarm)──▶ done
 */
export async function verify(request: EnvironmentCheck, state: State, world: World): Promise<Done | NotYet> {
  const { watch, expectation, stableSeconds } = request;
  if (state['phase'] !== 'watching') {
    const waiting = await answering(request, state, world);
    if (waiting) return waiting;
    await goesOnAnswering({ expectation, seconds: stableSeconds, ask: world.ask, clock: world.clock });
    if (!watch) return done(request);
  }
  return await watching(request, state, world);
}

async function answering({ expectation, withinMinutes }: EnvironmentCheck, state: State, world: World) {
  const { ask, clock } = world;
  const since = Number(state['since'] ?? clock.now());
  const until = clock.endOfTime(since, withinMinutes);
  const outcome = await untilItAnswers({ expectation, withinMinutes, until, ask, clock });
  if (outcome === 'as expected') return undefined;
  const summary = `waiting for ${expectation.url} to answer ${expectation.status}; the last answer was: ${outcome.last}`;
  return { again: { phase: 'answering', since }, summary };
}

/**
 * After its end, the watch waits for the recovery of an alarm that was in ALARM before: CloudWatch evaluates more
 * periods than it needs if the latest have no data.
 */
const RECOVERY_MINUTES = 5;

async function watching(request: EnvironmentCheck, state: State, { alarms, clock }: World): Promise<Done | NotYet> {
  const { names, minutes } = request.watch!;
  const found = await alarms(names);
  const isBeginning = state['phase'] !== 'watching';
  const since = isBeginning ? clock.now() : Number(state['since']);
  const before = isBeginning ? asTheWatchBegins(found) : (JSON.parse(String(state['before'])) as Before);
  const left = clock.minutesUntil(clock.endOfWait(since, minutes));
  const remembered = judge(found, { before, began: since, isOver: left <= -RECOVERY_MINUTES });
  if (left <= 0 && found.every(({ state }) => state !== 'ALARM')) return done(request);
  const again = { phase: 'watching', since, before: JSON.stringify(remembered) };
  const watched = `watching ${count(names)} for ${minutesText(left)} more`;
  const waiting = left > 0 ? watched : 'waiting for the recovery of alarms that were in ALARM before';
  return { again, summary: `answers as expected; ${waiting}` };
}

function done({ expectation: { url, status, contains }, stableSeconds, watch }: EnvironmentCheck): Done {
  const content = contains === undefined ? '' : ` with '${contains}'`;
  const quiet = watch ? `; ${count(watch.names)} did not go off for ${minutesText(watch.minutes)}` : '';
  const stable = stableSeconds > 0 ? `, then every time for ${stableSeconds} s` : '';
  const summary = `${url} answered ${status}${content} ${IN_A_ROW} times in a row${stable}${quiet}`;
  return { outputVariables: {}, summary };
}

function count(alarms: readonly string[]): string {
  return alarms.length === 1 ? 'one alarm' : `${alarms.length} alarms`;
}
