import { plainText } from '../plain-text';
import type { HttpAnswer } from './ask';
import { type Clock, minutesText } from './clock';

/** Expected answer of the environment. */
export interface Expectation {
  readonly url: URL;
  readonly status: number;
  /** Text that the answer must contain, if given. */
  readonly contains?: string;
}

export interface Verification {
  readonly expectation: Expectation;
  readonly withinMinutes: number;
  /** When it must have succeeded: milliseconds. */
  readonly until: number;
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  ask(url: URL): Promise<HttpAnswer>;
}

/** Number of expected answers in a row that count as success: a load balancer asks its servers in turn. */
export const IN_A_ROW = 5;
const BETWEEN_MS = 1000;
/** Milliseconds that one invocation asks before the next one continues. */
const ONE_INVOCATION_MS = 40_000;

/** The environment does not answer as it should. */
export class NotVerified extends Error {
  override readonly name = 'NotVerified';
}

/**
 * Asks until the environment has answered as expected several times in a row, or until it is time for the next
 * invocation; then reports the last answer. Throws `NotVerified` at the first wrong answer after the limit.
 */
export async function untilItAnswers(verification: Verification): Promise<{ last: string } | 'as expected'> {
  const { expectation, until, ask, clock } = verification;
  const handOver = clock.now() + ONE_INVOCATION_MS;
  let good = 0;
  let last = '';
  while (true) {
    const wrong = await whatIsWrong(expectation, ask);
    good = wrong === undefined ? good + 1 : 0;
    if (good === IN_A_ROW) return 'as expected';
    if (wrong !== undefined) {
      last = wrong;
      if (clock.now() >= until) throw new NotVerified(complaint(verification, wrong));
      if (clock.now() >= handOver) return { last };
    }
    await clock.wait(BETWEEN_MS);
  }
}

export interface Stability extends Pick<Verification, 'ask'> {
  readonly expectation: Expectation;
  /** Real seconds, at most 60: they fit into one invocation. */
  readonly seconds: number;
  readonly clock: Pick<Clock, 'now' | 'pause'>;
}

/** Shorter than the time in which systemd restarts a service, so that no restart falls between two questions. */
const PAUSE_MS = 50;

/** Asks again and again for a while. Throws `NotVerified` at the first unexpected answer. */
export async function goesOnAnswering({ expectation, seconds, ask, clock }: Stability): Promise<void> {
  const since = clock.now();
  while (clock.now() - since < seconds * 1000) {
    const wrong = await whatIsWrong(expectation, ask);
    if (wrong !== undefined) {
      const after = ((clock.now() - since) / 1000).toFixed(1);
      throw new NotVerified(
        `${expectation.url} answered ${expectation.status}, and ${after} s later it did not: ${wrong}`,
      );
    }
    await clock.pause(PAUSE_MS);
  }
}

/** Undefined if the answer is as expected. */
async function whatIsWrong(expectation: Expectation, ask: Verification['ask']): Promise<string | undefined> {
  try {
    const { status, text } = await ask(expectation.url);
    if (status === expectation.status && text.includes(expectation.contains ?? '')) return undefined;
    return `${status} ${plainText(text, 200)}`.trim();
  } catch (error) {
    return plainText(reasonOf(error), 200);
  }
}

/** `connect ECONNREFUSED 127.0.0.1:80`; of several addresses tried, all. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

function complaint({ expectation, withinMinutes }: Verification, wrong: string): string {
  const { url, status, contains } = expectation;
  const content = contains === undefined ? '' : ` with '${contains}' in it`;
  return `${url} was expected to answer ${status}${content} ${IN_A_ROW} times in a row within ${minutesText(withinMinutes)}; the last answer was: ${wrong}`;
}
