import { type Cancel, type Clock, patience } from '../../kernel/clock';
import { longestMinutes } from './action-types';
import { ActionFailed } from './actions/action';
import type { ActionDefinition } from './definition';

/** Least real time for an action's work, at any time scale. */
const FLOOR_MS = 30 * 60_000;

/** Fails actions that exceed the time-out of their type (A9). An approval has its own (A57). */
export class ActionTimeouts {
  private readonly running = new Set<Cancel>();

  constructor(private readonly clock: Clock) {}

  /** Settles like `work`, or rejects at the time-out. The provider's work continues. */
  watch<T>(action: ActionDefinition, work: Promise<T>): Promise<T> {
    const minutes = longestMinutes(action);
    if (minutes === undefined) return work;
    return new Promise<T>((resolve, reject) => {
      const cancel = patience(this.clock, { milliseconds: minutes * 60_000, floor: FLOOR_MS }, () => {
        this.running.delete(cancel);
        reject(new ActionFailed('JobFailed', `The action ${action.name} did not end within ${minutes} minutes.`));
      });
      this.running.add(cancel);
      work.then(resolve, reject).finally(() => {
        cancel();
        this.running.delete(cancel);
      });
    });
  }

  stop(): void {
    for (const cancel of this.running) cancel();
    this.running.clear();
  }
}
