import { scheduler } from 'node:timers/promises';

/** All time of the commands. */
export interface Clock {
  now(): Date;
  wait(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (milliseconds) => scheduler.wait(milliseconds),
};
