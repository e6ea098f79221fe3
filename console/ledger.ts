import type { FleetNow } from './fleet-now';
import type { Health, Image, Visit } from './visits';

/** A visit, and what served the environment when it began. */
export interface Entry extends Visit {
  readonly replaces?: Image;
  /** The health of its servers until the next visit; undefined if it never served, or if that is not known. */
  readonly health?: Health;
}

export interface Ledger {
  /** The latest first. */
  readonly entries: readonly Entry[];
  /** Image that serves the environment now, according to the history. */
  readonly serving?: Image;
  /** Versions that were rolled back from, and not returned to since. */
  readonly left: ReadonlySet<string>;
  /** Versions that did not stay healthy when they served last. */
  readonly unhealthy: ReadonlySet<string>;
}

/** Builds the ledger of one environment from its visits (the latest first). */
export function ledgerOf(visits: readonly Visit[]): Ledger {
  const entries: Entry[] = [];
  const left = new Set<string>();
  const unhealthy = new Set<string>();
  /** The order in which the images came here first. */
  const arrived: string[] = [];
  let serving: Image | undefined;
  for (const visit of [...visits].reverse()) {
    const { image, served, rollback, found } = visit;
    const [before] = entries;
    // After a visit that brought nothing, it is not this version's health that was found.
    if (found && before?.served && before.image) {
      entries[0] = { ...before, health: found };
      if (found.stayedHealthy) unhealthy.delete(before.image.version);
      else unhealthy.add(before.image.version);
    }
    entries.unshift({ ...visit, replaces: serving });
    if (!image || !served) continue;
    if (!arrived.includes(image.version)) arrived.push(image.version);
    if (rollback && serving) {
      // What was gone past on the way back was as little wanted as what was left.
      const from = arrived.indexOf(image.version) + 1;
      for (const version of arrived.slice(from, arrived.indexOf(serving.version) + 1)) left.add(version);
    }
    left.delete(image.version);
    serving = image;
  }
  return { entries, serving, left, unhealthy };
}

/** The ledger, with the health of what serves now: no later visit has told that yet. */
export function withHealthNow(ledger: Ledger, now: FleetNow | undefined): Ledger {
  if (now?.id !== 'known') return ledger;
  const index = ledger.entries.findIndex(({ served }) => served);
  const entry = ledger.entries[index];
  if (entry?.image?.version !== now.version) return ledger;
  const { replaced, ended, again } = now.health;
  return {
    ...ledger,
    entries: ledger.entries.with(index, { ...entry, health: { replaced, ended, stayedHealthy: !again } }),
  };
}
