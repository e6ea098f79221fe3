import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** First pause between two looks, in milliseconds. Each next one is half as long again, up to `longest`. */
  readonly shortest?: number;
  readonly longest?: number;
  /** Rejects with the signal's reason when aborted. */
  readonly signal?: AbortSignal;
}

/** Looks again and again until `look` has an answer. What `look` throws ends the waiting. */
export async function waitFor<T>(look: () => Promise<T | undefined>, options: WaitOptions = {}): Promise<T> {
  const { shortest = 50, longest = 5000, signal } = options;
  for (let pause = shortest; ; pause = Math.min(pause * 1.5, longest)) {
    signal?.throwIfAborted();
    const answer = await look();
    if (answer !== undefined) return answer;
    await delay(pause, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
