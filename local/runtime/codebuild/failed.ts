/** The failure of a phase, as its context tells it. */
export class PhaseFailed extends Error {
  constructor(
    /** Such as `COMMAND_EXECUTION_ERROR`. */
    readonly statusCode: string,
    message: string,
    readonly command?: { readonly text: string; readonly exitCode: number; readonly lastLines: string[] },
  ) {
    super(message);
  }
}

/** The build is over from outside: it was stopped, its time is up, or its machine is gone. */
export class Interrupted extends Error {
  constructor(
    readonly status: 'STOPPED' | 'TIMED_OUT' | 'FAULT',
    readonly statusCode: string,
    message: string,
  ) {
    super(message);
  }
}
