import type { Happening } from './stack';

/**
 * Returns why a stack may have served once, if so: it was complete once, or its events do not reach back to its
 * creation. `history` is newest first.
 */
export function doubtThatItNeverServed(history: readonly Happening[]): string | undefined {
  const own = history.filter(({ ofStack }) => ofStack).map(({ status }) => status);
  const stood = own.find((status) => STOOD.has(status));
  if (stood) return `its events contain ${stood}, so it has served`;
  const first = own.at(-1);
  if (first === undefined || !BEGINNINGS.has(first)) {
    return 'its events do not reach back to its creation, so it may have served';
  }
  return undefined;
}

const STOOD = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);
const BEGINNINGS = new Set(['CREATE_IN_PROGRESS', 'REVIEW_IN_PROGRESS']);

/** Returns the resources that failed in the last attempt of a rollback. Only these may be skipped in the next (E3). */
export function failedToGoBack(history: readonly Happening[]): { logicalId: string; reason: string }[] {
  const began = history.findIndex(({ ofStack, status }) => ofStack && status === 'UPDATE_ROLLBACK_IN_PROGRESS');
  const last = new Map<string, Happening>();
  for (const event of history.slice(0, began === -1 ? undefined : began)) {
    if (!event.ofStack && !last.has(event.logicalId)) last.set(event.logicalId, event);
  }
  return [...last.values()]
    .filter(({ status, reason }) => status === 'UPDATE_FAILED' && !/cancelled/i.test(reason))
    .map(({ logicalId, reason }) => ({ logicalId, reason }));
}
