import { scheduler } from 'node:timers/promises';

/** Time for the commands: the present and waits. */
export interface Clock {
  now(): Date;
  wait(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (milliseconds) => scheduler.wait(milliseconds),
};
