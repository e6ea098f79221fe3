import type { Signal, Signals } from '../provider';

/** The signals of one resource while an operation on it runs. */
export interface Channel extends Signals {
  /** Signals received until now. */
  readonly heard: readonly Signal[];
  close(): void;
}

interface OpenChannel {
  readonly heard: Signal[];
  readonly listeners: Set<(signal: Signal) => void>;
}

/**
 * Delivers signals to the operations that wait for them. Held in memory: an operation that a kill ends will never need
 * them.
 */
export class SignalBoard {
  private readonly open = new Map<string, OpenChannel>();

  /** Starts to receive signals for a resource. The caller must close the channel. */
  channel(stackId: string, logicalId: string): Channel {
    const key = `${stackId}|${logicalId}`;
    const { heard, listeners }: OpenChannel = { heard: [], listeners: new Set() };
    this.open.set(key, { heard, listeners });
    return {
      heard,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => this.open.delete(key),
    };
  }

  isOpen(stackId: string, logicalId: string): boolean {
    return this.open.has(`${stackId}|${logicalId}`);
  }

  /** True if the signal is a new one: a unique id counts once in an operation (F18). */
  isNew(stackId: string, logicalId: string, { uniqueId }: Signal): boolean {
    const channel = this.open.get(`${stackId}|${logicalId}`);
    return channel !== undefined && !channel.heard.some((other) => other.uniqueId === uniqueId);
  }

  send(stackId: string, logicalId: string, signal: Signal): void {
    const channel = this.open.get(`${stackId}|${logicalId}`);
    channel?.heard.push(signal);
    for (const listener of [...(channel?.listeners ?? [])]) listener(signal);
  }
}
