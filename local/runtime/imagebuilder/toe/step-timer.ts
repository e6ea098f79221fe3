import type { Cancel, Clock } from '../../../kernel/clock';

/** Limits each attempt of a step, all iterations together, to its time-out (D8). */
export class StepTimer {
  private attempt = '';
  private controller = new AbortController();
  private cancel: Cancel | undefined;

  constructor(private readonly clock: Clock) {}

  /** The signal that aborts when the attempt's time is up; the same one for all iterations of an attempt. */
  begin(attempt: string, timeoutSeconds: number): AbortSignal {
    if (attempt === this.attempt && !this.expired) return this.controller.signal;
    this.stop();
    this.attempt = attempt;
    const controller = new AbortController();
    this.controller = controller;
    if (timeoutSeconds > 0) {
      this.cancel = this.clock.limit(timeoutSeconds * 1000, () => controller.abort(new Error('timed out')));
    }
    return controller.signal;
  }

  get expired(): boolean {
    return this.controller.signal.aborted;
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.controller = new AbortController();
    this.attempt = '';
  }
}
