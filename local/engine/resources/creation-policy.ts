import { type Clock, isoDurationMilliseconds, patience } from '../../kernel/clock';
import type { Json } from '../../template/template';
import type { Signal } from '../provider';
import type { Channel } from './signals';

/** A resolved CreationPolicy (F1). */
export interface CreationPolicy {
  /** Number of signals that are awaited. */
  readonly count: number;
  readonly timeout: string;
  /** Number of SUCCESS signals that are needed, of `count`. Below 100 only with `AutoScalingCreationPolicy`. */
  readonly minSuccessfulPercent: number;
}

/** Requirement that a new resource must meet before it counts as created. */
export interface SignalGate {
  /** Rejects as soon as the policy can no longer be satisfied. */
  readonly broken: Promise<never>;
  /** Starts the policy's clock, which does not run before the resource is stable (F1), and waits for the signals. */
  pass(): Promise<void>;
  close(): void;
}

/** However fast waits pass, machines that boot here get this long to signal. */
const SHORTEST_REAL_TIMEOUT_MS = 60_000;

/** Returns the policy of a resolved `CreationPolicy` attribute; undefined if it waits for nothing. */
export function creationPolicy(resolved: Json | undefined): CreationPolicy | undefined {
  const { ResourceSignal, AutoScalingCreationPolicy } = (resolved ?? {}) as {
    ResourceSignal?: { Count?: Json; Timeout?: Json };
    AutoScalingCreationPolicy?: { MinSuccessfulInstancesPercent?: Json };
  };
  if (!ResourceSignal) return undefined;
  const count = Number(ResourceSignal.Count ?? 1);
  if (count === 0) return undefined;
  return {
    count,
    timeout: String(ResourceSignal.Timeout ?? 'PT5M'),
    minSuccessfulPercent: Number(AutoScalingCreationPolicy?.MinSuccessfulInstancesPercent ?? 100),
  };
}

/**
 * The gate of a CreationPolicy. A FAILURE signal breaks it at once unless the policy tolerates it (F18, J10). A group's
 * gate speaks of percentages, as AWS does.
 */
export function creationGate(
  policy: CreationPolicy,
  { channel, clock, isGroup, tell }: { channel: Channel; clock: Clock; isGroup: boolean; tell(reason: string): void },
): SignalGate {
  const required = Math.ceil((policy.count * policy.minSuccessfulPercent) / 100);
  const counted: Signal[] = [];
  const successes = () => counted.filter(({ status }) => status === 'SUCCESS').length;
  let cancelTimeout = () => {};

  const { promise: broken, reject: breakUp } = deferred<never>();
  const { promise: enough, resolve: satisfy } = deferred<void>();
  broken.catch(() => {});

  const unsatisfied = () =>
    new Error(
      `Received ${successes()} SUCCESS signal(s) out of ${policy.count}.  ` +
        `Unable to satisfy ${policy.minSuccessfulPercent}% MinSuccessfulInstancesPercent requirement`,
    );
  const count = (signal: Signal) => {
    if (counted.length === policy.count) return;
    counted.push(signal);
    const failures = counted.length - successes();
    if (policy.count - failures < required) {
      breakUp(isGroup ? unsatisfied() : new Error(`Received FAILURE signal with UniqueId ${signal.uniqueId}`));
    } else if (successes() >= required && counted.length === policy.count) satisfy();
  };
  const unsubscribe = channel.subscribe(count);

  return {
    broken,
    async pass() {
      const late = () => {
        const missing = `Failed to receive ${policy.count - counted.length} resource signal(s)`;
        if (!isGroup) return breakUp(new Error(`${missing} within the specified duration`));
        tell(`${missing} for the current batch.  Each resource signal timeout is counted as a FAILURE.`);
        if (successes() >= required) satisfy();
        else breakUp(unsatisfied());
      };
      const time = { milliseconds: isoDurationMilliseconds(policy.timeout), floor: SHORTEST_REAL_TIMEOUT_MS };
      cancelTimeout = patience(clock, time, late);
      await Promise.race([enough, broken]);
    },
    close() {
      unsubscribe();
      cancelTimeout();
    },
  };
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
