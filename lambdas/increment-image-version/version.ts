/** A version of the SSM parameter that counts the images. */
export interface Count {
  /** The version number that SSM assigned: one more than the one before, and never twice (C1, C2). */
  readonly number: number;
  readonly value: string;
  /** Execution that took the version: the pipeline execution's id. */
  readonly takenBy: string | undefined;
}

/** The parameter. Its calls may fail with SSM's errors, by name. */
export interface Counter {
  /** The versions that SSM still knows, the latest 100 (C4), in any order. */
  history(): Promise<readonly Count[]>;
  /** Writes a new version and returns the number that SSM gave it. */
  write(value: string, takenBy: string): Promise<number>;
  /** Writes a version that no execution takes, because Image Builder has it already. */
  passOver(value: string): Promise<number>;
}

export interface TakeVersion {
  readonly counter: Counter;
  readonly executionId: string;
  readonly majorMinor: string;
  /** The highest patch of `majorMinor` that Image Builder has, or 0. */
  readonly highestBaked: () => Promise<number>;
  /** Number of attempts. */
  readonly attempts: number;
  /** Waits a random time of up to so many milliseconds. */
  readonly waitUpTo: (milliseconds: number) => Promise<void>;
}

/**
 * Takes a version for an execution, `1.0.7`: its patch is the number that SSM assigns to the parameter's new version,
 * so that no two executions ever get the same.
 *
 * The text contains the number expected without concurrent writers. After a concurrent write, text and number differ,
 * no execution owns the number, and the writer tries again. An execution that asks twice finds its version, also when
 * both requests are concurrent: of two writers who read the same history, one loses, reads again, and finds the other's
 * version.
 *
 * A counter that was created again starts below the versions that Image Builder still has, and would produce taken
 * names (H7): it is advanced above them.
 */
export async function takeVersion({ counter, executionId, majorMinor, ...options }: TakeVersion): Promise<string> {
  let reason = '';
  let baked: number | undefined;
  for (let attempt = 0; attempt < options.attempts; attempt++) {
    if (attempt > 0) await options.waitUpTo(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
    try {
      const history = await counter.history();
      const taken = ownVersion(history, executionId);
      if (taken) return taken;
      const next = latestNumber(history) + 1;
      baked ??= await options.highestBaked();
      if (next <= baked) {
        await passOver(counter, { majorMinor, next, baked });
        reason = `Image Builder has versions up to ${majorMinor}.${baked}`;
        continue;
      }
      const version = `${majorMinor}.${next}`;
      const number = await counter.write(version, executionId);
      if (number === next) return version;
      reason = 'others were counting at the same time';
    } catch (error) {
      if (!(error instanceof Error) || !WORTH_ANOTHER_TRY.has(error.name)) throw error;
      reason = `${error.name}: ${error.message}`;
    }
  }
  throw new Error(`no image version after ${options.attempts} attempts (the last one: ${reason})`);
}

async function passOver(
  counter: Counter,
  { majorMinor, next, baked }: { majorMinor: string; next: number; baked: number },
): Promise<void> {
  if (baked - next >= MOST_PASSED_OVER) {
    const [major, minor] = majorMinor.split('.').map(Number) as [number, number];
    throw new Error(
      `the counter is at ${majorMinor}.${next - 1}, and Image Builder has images up to ${majorMinor}.${baked}: ` +
        `set "version" of "image" in infra/settings.ts to '${major}.${minor + 1}', deploy the pipeline and push again`,
    );
  }
  for (let number = next; number <= baked; number++) await counter.passOver(`${majorMinor}.${number}`);
}

/** SSM takes about three writes a second for one account, and the function has two minutes. */
const MOST_PASSED_OVER = 200;

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5000;

/** C7. The third is a history that moved while it was read. */
const WORTH_ANOTHER_TRY = new Set(['TooManyUpdates', 'ThrottlingException', 'HistoryMoved']);

/** Versions were dropped while the pages of the history were read, so that one may be missing. */
export class HistoryMoved extends Error {
  override readonly name = 'HistoryMoved';
}

/** Returns the first version that the execution took, if any: the one whose text and number agree. */
function ownVersion(history: readonly Count[], executionId: string): string | undefined {
  return [...history]
    .sort((one, other) => one.number - other.number)
    .find(({ number, value, takenBy }) => takenBy === executionId && value.endsWith(`.${number}`))?.value;
}

/** Returns the highest number. The numbers have no gap, so a gap means that the reading missed one. */
function latestNumber(history: readonly Count[]): number {
  const numbers = history.map(({ number }) => number);
  const latest = Math.max(0, ...numbers);
  if (latest - Math.min(latest, ...numbers) + 1 !== new Set(numbers).size) {
    throw new HistoryMoved('the history of the parameter changed while it was read');
  }
  return latest;
}
