/** Refuses a request of a person, with the reason: one line, exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Refuses a command line: the mistake, the remedy in a second line, exit code 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';

  constructor(mistake: string, remedy?: string) {
    super(remedy ? `${mistake}\n${remedy}` : mistake);
  }
}

/**
 * Returns the exit code of a failure that a person can correct; undefined for any other error. It compares names,
 * because Node.js loads a second copy of these classes behind a symbolic link.
 */
export function exitCodeOf(error: unknown): 1 | 2 | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'WrongUse') return 2;
  return error.name === 'Refusal' ? 1 : undefined;
}

/** True if a service refused: every refusal that an SDK client throws has AWS's metadata. */
export function isServiceRefusal(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}

/** True if a service refused with one of these codes. */
export function refusedWith(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}
