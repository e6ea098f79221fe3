/** The failure of a phase, in the form of its context. */
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

/** The build was ended from outside: by a stop, its time limit, or the loss of its machine. */
export class Interrupted extends Error {
  constructor(
    readonly status: 'STOPPED' | 'TIMED_OUT' | 'FAULT',
    readonly statusCode: string,
    message: string,
  ) {
    super(message);
  }
}
