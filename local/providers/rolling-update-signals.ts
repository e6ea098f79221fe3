/** Progress of the new instances of a rolling update. Pure. */
export interface Tally {
  /** Total number of instances to replace: AWS counts failures against it, not against the batch. */
  readonly total: number;
  /** 0 to 100. */
  readonly minSuccessfulPercent: number;
  /** One outcome an instance; a second signal of the same one changes nothing (F18). */
  readonly outcomes: Readonly<Record<string, SignalOutcome>>;
  /** Missing signals of unknown instances. */
  readonly timedOut: number;
}

export type SignalOutcome = 'SUCCESS' | 'FAILURE';

export function openTally(total: number, minSuccessfulPercent: number): Tally {
  return { total, minSuccessfulPercent, outcomes: {}, timedOut: 0 };
}

export function withOutcome(tally: Tally, uniqueId: string, outcome: SignalOutcome): Tally {
  if (tally.outcomes[uniqueId]) return tally;
  return { ...tally, outcomes: { ...tally.outcomes, [uniqueId]: outcome } };
}

/** Each resource signal that times out is counted as a FAILURE. */
export function withTimeouts(tally: Tally, missing: number): Tally {
  return { ...tally, timedOut: tally.timedOut + missing };
}

/** Returns the number of awaited signals that have arrived or timed out. */
export function settledCount(tally: Tally): number {
  return Object.keys(tally.outcomes).length + tally.timedOut;
}

/**
 * Returns why the update has failed, in AWS's words, once the required percentage is out of reach (J10); undefined
 * before.
 */
export function unsatisfied(tally: Tally): string | undefined {
  const { total, minSuccessfulPercent, timedOut } = tally;
  const failed = count(tally, 'FAILURE');
  const required = Math.ceil((total * minSuccessfulPercent) / 100);
  if (total - failed - timedOut >= required) return undefined;
  const received =
    failed > 0
      ? `Received ${failed} FAILURE signal(s) out of ${total}.`
      : `Received ${count(tally, 'SUCCESS')} SUCCESS signal(s) out of ${total}.`;
  return `${received}  Unable to satisfy ${minSuccessfulPercent}% MinSuccessfulInstancesPercent requirement`;
}

function count(tally: Tally, outcome: SignalOutcome): number {
  return Object.values(tally.outcomes).filter((other) => other === outcome).length;
}
