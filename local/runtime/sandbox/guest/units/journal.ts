import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { Clock } from '../../../../kernel/clock';

const DIRECTORY = '/run/log/units';

/** At this size a unit's journal starts a new file; the one before is kept. */
const LONGEST_BYTES = 4 * 1024 * 1024;

/** A line of a unit's journal. */
export interface JournalLine {
  /** ISO 8601. */
  readonly time: string;
  /** `app[12]`. */
  readonly from: string;
  readonly text: string;
}

/** Stores the output of units, a file each. */
export class UnitJournal {
  private readonly sizes = new Map<string, number>();

  constructor(private readonly clock: Clock) {
    mkdirSync(DIRECTORY, { recursive: true });
  }

  append(unit: string, from: string, text: string): void {
    const path = pathOf(unit);
    const line = `${this.clock.now().toISOString()} ${from}: ${text}\n`;
    const size = (this.sizes.get(unit) ?? (existsSync(path) ? statSync(path).size : 0)) + Buffer.byteLength(line);
    if (size > LONGEST_BYTES) renameSync(path, `${path}.before`);
    this.sizes.set(unit, size > LONGEST_BYTES ? 0 : size);
    appendFileSync(path, line);
  }
}

/** Returns all stored lines of a unit, oldest first. */
export function readJournal(unit: string): JournalLine[] {
  return [`${pathOf(unit)}.before`, pathOf(unit)]
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .map((line) => /^(\S+) ([^\s:]+): (.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, time, from, text]) => ({ time: time as string, from: from as string, text: text as string }));
}

function pathOf(unit: string): string {
  return `${DIRECTORY}/${unit}.log`;
}
