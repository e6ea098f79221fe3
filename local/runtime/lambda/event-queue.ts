import type { Cancel, Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { messageOf } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Collection, Store } from '../../kernel/store';
import type { EventInvokeConfig, QueuedEvent } from './records';

export interface EventQueueOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  config(functionName: string): EventInvokeConfig;
  /** Runs the function; rejects, or returns the error, if the event was not handled. */
  deliver(functionName: string, payload: string): Promise<{ error?: string }>;
}

/** A38: a failed event is tried again after one minute, then after two. */
const RETRY_WAITS_MS = [60_000, 120_000];
const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 6 * 60 * 60;

/**
 * Events of asynchronous invocations. An event is stored from its acceptance to its end: one that a crash interrupted
 * is delivered again, so that a function may get an event twice (A38), as on AWS.
 */
export class EventQueue {
  private readonly events: Collection<QueuedEvent>;
  private readonly waits = new Map<string, Cancel>();
  private readonly delivering = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly options: EventQueueOptions) {
    this.events = options.store.collection<QueuedEvent>('lambda.events');
  }

  /** Keeps an event, and delivers it soon. */
  accept(functionName: string, payload: string): void {
    const acceptedAt = this.options.clock.now().toISOString();
    const event = { id: `${acceptedAt}/${this.options.ids.uuid()}`, functionName, payload, failures: 0, acceptedAt };
    this.events.put(event.id, event);
    this.start(event);
  }

  recover(): void {
    for (const event of this.events.values()) this.start(event);
  }

  /** No further delivery begins; events that are not done with stay. */
  stop(): void {
    this.stopped = true;
    for (const cancel of this.waits.values()) cancel();
    this.waits.clear();
  }

  /** Resolves when nothing is being delivered. */
  async idle(): Promise<void> {
    await Promise.all(this.delivering);
  }

  private start(event: QueuedEvent): void {
    const delivery = this.deliver(event).finally(() => this.delivering.delete(delivery));
    this.delivering.add(delivery);
  }

  private async deliver(event: QueuedEvent): Promise<void> {
    let error: string | undefined;
    try {
      ({ error } = await this.options.deliver(event.functionName, event.payload));
    } catch (thrown) {
      error = messageOf(thrown);
    }
    if (this.stopped) return;
    if (error === undefined) return this.events.delete(event.id);
    this.failed({ ...event, failures: event.failures + 1 }, error);
  }

  private failed(event: QueuedEvent, error: string): void {
    const { maximumRetryAttempts = DEFAULT_RETRIES, maximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
      this.options.config(event.functionName);
    const age = (this.options.clock.now().getTime() - Date.parse(event.acceptedAt)) / 1000;
    if (event.failures > maximumRetryAttempts || age > maximumEventAgeInSeconds) {
      this.events.delete(event.id);
      const message = `${event.functionName} failed, and its event is given up: ${error}`;
      return this.options.bus.emit({ type: 'notice', level: 'error', message });
    }
    this.events.put(event.id, event);
    const wait = RETRY_WAITS_MS[Math.min(event.failures, RETRY_WAITS_MS.length) - 1] ?? 0;
    const cancel = this.options.clock.after(wait, () => {
      this.waits.delete(event.id);
      this.start(event);
    });
    this.waits.set(event.id, cancel);
  }
}
