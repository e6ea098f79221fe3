/** Refuses a request of a person, with the reason: one line, exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Refuses a command line: the mistake, the remedy in a second line, exit code 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** True if a service refused with one of these codes. */
export function refusedWith(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}
