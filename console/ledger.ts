import type { Image, Visit } from './visits';

/** A visit, and what served the environment when it began. */
export interface Entry extends Visit {
  readonly replaces?: Image;
}

export interface Ledger {
  /** The latest first. */
  readonly entries: readonly Entry[];
  /** What serves the environment now, as far as the history tells. */
  readonly serving?: Image;
  /** Versions that were rolled back from, and not returned to since. */
  readonly left: ReadonlySet<string>;
}

/** What one environment's visits (the latest first) add up to. */
export function ledgerOf(visits: readonly Visit[]): Ledger {
  const entries: Entry[] = [];
  const left = new Set<string>();
  /** The order in which the images came here first. */
  const arrived: string[] = [];
  let serving: Image | undefined;
  for (const visit of [...visits].reverse()) {
    entries.unshift({ ...visit, replaces: serving });
    const { image, served, rollback } = visit;
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
  return { entries, serving, left };
}
