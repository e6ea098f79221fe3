import type { Cancel, Clock } from '../../local/kernel/clock';

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/**
 * A clock that advances only in a test. Waits and limits run on the same unscaled time line, in the order of their due
 * times; promises that they start run before the next one is due.
 */
export class DrivenClock implements Clock {
  readonly scale = 1;
  private readonly start: number;
  private elapsed = 0;
  private order = 0;
  private planned: Planned[] = [];

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    this.start = start.getTime();
  }

  now(): Date {
    return new Date(this.start + this.elapsed);
  }

  monotonic(): number {
    return this.elapsed;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.after(milliseconds, resolve);
      signal?.addEventListener(
        'abort',
        () => {
          cancel();
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  after(milliseconds: number, task: () => void): Cancel {
    const entry: Planned = { at: this.elapsed + Math.max(0, milliseconds), order: this.order++, task };
    this.planned.push(entry);
    return () => {
      this.planned = this.planned.filter((other) => other !== entry);
    };
  }

  limit(milliseconds: number, task: () => void): Cancel {
    return this.after(milliseconds, task);
  }

  /** Number of waits and limits that are still ahead. */
  get pending(): number {
    return this.planned.length;
  }

  /** Advances the time, and runs everything that becomes due. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.elapsed + milliseconds;
    await settle();
    for (let next = this.nextDue(until); next; next = this.nextDue(until)) {
      this.planned = this.planned.filter((other) => other !== next);
      this.elapsed = next.at;
      next.task();
      await settle();
    }
    this.elapsed = until;
  }

  private nextDue(until: number): Planned | undefined {
    return this.planned.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Lets promises that are already resolved run their course, chains of them included. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
}
