import { scheduler } from 'node:timers/promises';

const MINUTE_MS = 60_000;
/** Least real milliseconds for work that no time scale shortens. */
const AT_LEAST_MS = 20_000;

/** Clock of the verification. */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/**
 * Time as a verification knows it. Where `scale` is above 1, minutes in which nothing happens but waiting pass so many
 * times faster, and so do the alarms that are watched in them.
 */
export class Clock {
  constructor(
    private readonly scale: number,
    private readonly time: Time = MACHINE,
  ) {
    if (!(scale > 0)) throw new RangeError(`LOCAL_TIME_SCALE must be a number above 0, not ${scale}`);
  }

  now(): number {
    return this.time.now();
  }

  wait(milliseconds: number): Promise<void> {
    return this.time.wait(milliseconds / this.scale);
  }

  /** Waits for real milliseconds: the scale does not shorten them. */
  pause(milliseconds: number): Promise<void> {
    return this.time.wait(milliseconds);
  }

  /** When so many minutes of waiting are over that began then. */
  endOfWait(since: number, minutes: number): number {
    return since + (minutes * MINUTE_MS) / this.scale;
  }

  /** Returns the end of the time in which something must happen, `minutes` after `since`. */
  endOfTime(since: number, minutes: number): number {
    return Math.max(this.endOfWait(since, minutes), since + Math.min(minutes * MINUTE_MS, AT_LEAST_MS));
  }

  /** Returns the minutes of waiting until the end. */
  minutesUntil(end: number): number {
    return ((end - this.now()) * this.scale) / MINUTE_MS;
  }
}

/** `a minute`, `3 minutes`; rounded up. */
export function minutesText(minutes: number): string {
  const whole = Math.ceil(minutes);
  return whole === 1 ? 'a minute' : `${whole} minutes`;
}

const MACHINE: Time = { now: () => Date.now(), wait: (milliseconds) => scheduler.wait(milliseconds) };

/**
 * Returns the clock of this process: LOCAL_TIME_SCALE in the environment is its scale. On AWS it is not set, and a
 * minute is a minute; the local runtime sets how much faster the minutes of its alarms pass.
 */
export function clockHere(environment: NodeJS.ProcessEnv = process.env): Clock {
  return new Clock(Number(environment['LOCAL_TIME_SCALE'] ?? 1));
}
