import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** First pause between two looks, in milliseconds. Each next one is half as long again, up to `longest`. */
  readonly shortest?: number;
  readonly longest?: number;
  /** Milliseconds until the answer is due, if that is known. No pause is longer. */
  readonly due?: () => number;
  /** Rejects with the signal's reason when aborted. */
  readonly signal?: AbortSignal;
}

/** With the pauses of `waitFor`, about the 15 minutes that a roll waits for an instance. */
const TRIES = 190;

/** Calls `act` again until it succeeds. Throws its last error when an instance's time is over. */
export async function retried<T>(
  act: () => Promise<T>,
  { log, ...options }: WaitOptions & { log(message: string): void },
): Promise<T> {
  let left = TRIES;
  let logged = '';
  const done = await waitFor(async () => {
    try {
      return { value: await act() };
    } catch (error) {
      left -= 1;
      if (left === 0) throw error;
      const message = error instanceof Error ? error.message : String(error);
      if (message !== logged) log(`trying again: ${message}`);
      logged = message;
      return undefined;
    }
  }, options);
  return done.value;
}

/** Calls `look` again and again until it returns an answer. Rejects with the error of `look`. */
export async function waitFor<T>(look: () => Promise<T | undefined>, options: WaitOptions = {}): Promise<T> {
  const { shortest = 50, longest = 5000, due = () => Number.POSITIVE_INFINITY, signal } = options;
  for (let pause = shortest; ; pause = Math.min(pause * 1.5, longest)) {
    signal?.throwIfAborted();
    const answer = await look();
    if (answer !== undefined) return answer;
    await delay(Math.min(pause, Math.max(due(), 0)), undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
