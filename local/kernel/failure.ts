/** A service's refusal: AWS's own code and message, as an SDK client reads them. */
export class AwsError extends Error {
  /** HTTP status, if the service's model does not have it. */
  readonly status: number;
  /** Further members of a modelled error. */
  readonly fields: Readonly<Record<string, unknown>>;

  /** `detail` is the status, or the status with further members. */
  constructor(
    readonly code: string,
    message: string,
    detail: number | { status: number; fields: Readonly<Record<string, unknown>> } = 400,
  ) {
    super(message);
    this.name = code;
    const { status, fields } = typeof detail === 'number' ? { status: detail, fields: {} } : detail;
    this.status = status;
    this.fields = fields;
  }
}

/** Something that exists on AWS and that the local half does not do. It refuses by name; it never pretends. */
export class NotSupportedLocally extends AwsError {
  constructor(what: string, remedy?: string) {
    super('NotSupportedLocally', `${what} is not supported by the local runtime${remedy ? `: ${remedy}` : '.'}`, 501);
  }
}

/** A mistake in something that a person wrote. Printed as `place: what — remedy`. */
export class UserMistake extends Error {
  constructor(
    /** `file:line`, a path inside a document, or a command-line option. */
    readonly place: string,
    readonly what: string,
    readonly remedy?: string,
  ) {
    super(`${place}: ${what}${remedy ? ` — ${remedy}` : ''}`);
    this.name = 'UserMistake';
  }
}

/** True if `error` is a refusal with one of `codes`, or any refusal if there are none. */
export function isAwsError(error: unknown, ...codes: string[]): error is AwsError {
  return error instanceof AwsError && (codes.length === 0 || codes.includes(error.code));
}

/** Returns the message of any thrown value, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For the end of a switch over a union: a case that was forgotten does not compile, and throws if it slips through. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
