import { AwsError } from '../kernel/failure';

/** A member of a request, by its name as AWS's errors write it, and its value. */
export interface Given<V> {
  readonly member: string;
  readonly value: V | undefined;
  /** The error's code: it is not the same in all services. */
  readonly code?: string;
}

/** Throws if the value is not one of these. */
export function oneOf(allowed: readonly string[], { member, value, code }: Given<string>): void {
  if (value !== undefined && !allowed.includes(value)) {
    refuse({ member, value, code }, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }
}

/** Throws if the number is above `most`. */
export function atMost(most: number, { member, value, code }: Given<number>): void {
  if (value !== undefined && value > most) {
    refuse({ member, value, code }, `Member must have value less than or equal to ${most}`);
  }
}

/** Throws if the list has more than `most` values. */
export function noLongerThan(most: number, { member, value, code }: Given<readonly string[]>): void {
  if (value !== undefined && value.length > most) {
    const shown = `[${value.join(', ')}]`;
    refuse({ member, value: shown, code }, `Member must have length less than or equal to ${most}.`);
  }
}

function refuse({ member, value, code = 'ValidationException' }: Given<unknown>, constraint: string): never {
  throw new AwsError(
    code,
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
