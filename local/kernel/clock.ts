/** Cancels a timer of `after` or `limit`. Safe to call twice, or after the timer has fired. */
export type Cancel = () => void;

/**
 * All time in the local half. Nothing outside `kernel/` reads the machine's clock.
 *
 * Two kinds of time pass here, and they must not be mixed:
 * - a *wait* is AWS (or a setting) saying "look again in 10 s", "drain for 30 s": it is shortened by the time scale;
 * - a *limit* bounds work that this machine really does (a Lambda's time-out, a build's, a step's): it is never
 *   shortened, because the work is not faster here.
 */
export interface Clock {
  now(): Date;
  /** Milliseconds on a clock that never jumps, for durations. */
  monotonic(): number;
  /** Factor by which waits are shortened: 60 makes a minute a second. */
  readonly scale: number;
  /** A wait, in unscaled milliseconds. Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` after a wait, in unscaled milliseconds. */
  after(milliseconds: number, task: () => void): Cancel;
  /** Runs `task` when a limit of real milliseconds is reached. */
  limit(milliseconds: number, task: () => void): Cancel;
}

/** Longer delays overflow Node.js timers (2^31 ms) and would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock, with waits shortened `scale` times. */
export class SystemClock implements Clock {
  constructor(readonly scale: number = 1) {
    if (!(scale > 0)) throw new RangeError(`time scale must be above 0, not ${scale}`);
  }

  now(): Date {
    return new Date();
  }

  monotonic(): number {
    return performance.now();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.after(milliseconds, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  after(milliseconds: number, task: () => void): Cancel {
    return this.limit(milliseconds / this.scale, task);
  }

  limit(milliseconds: number, task: () => void): Cancel {
    const timer = setTimeout(task, Math.min(Math.max(0, milliseconds), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }
}

/** `PT1H2M3S` to milliseconds. Throws a `RangeError` on anything else (years and months have no fixed length). */
export function isoDurationMilliseconds(text: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) throw new RangeError(`not an ISO 8601 duration: ${text}`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/**
 * A time-out that AWS measures against its own pace (a stack waiting for signals, a pipeline for a job's result) while
 * this machine really works: shortened by the scale, but never below `floor` real milliseconds.
 */
export function patience(clock: Clock, time: { milliseconds: number; floor: number }, task: () => void): Cancel {
  let passed = 0;
  const pass = () => {
    if (++passed === 2) task();
  };
  const cancels = [clock.after(time.milliseconds, pass), clock.limit(Math.min(time.floor, time.milliseconds), pass)];
  return () => {
    for (const cancel of cancels) cancel();
  };
}

/** Minimum length of a minute of metrics, at any time scale, because the counted requests are real. */
const LEAST_MINUTE_MS = 100;

/**
 * Returns the real milliseconds of a minute of AWS's metrics. Periods are waits, so they pass at the time scale, and
 * everything counted by the minute uses this one.
 */
export function metricMinute(clock: Clock): number {
  return Math.max(60_000 / clock.scale, LEAST_MINUTE_MS);
}

/** Runs `task` in each minute of metrics, when `part` of it (0 up to 1) has passed, until it is cancelled. */
export function everyMinute(clock: Clock, part: number, task: () => void): Cancel {
  const minute = metricMinute(clock);
  let cancel: Cancel = () => {};
  const plan = () => {
    const into = clock.now().getTime() - part * minute;
    const left = minute - (((into % minute) + minute) % minute);
    cancel = clock.limit(Math.max(1, left), () => {
      plan();
      task();
    });
  };
  plan();
  return () => cancel();
}
