/** A check of one field of a message. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isFlag: Check = (value) => typeof value === 'boolean';

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function oneOf(...values: readonly unknown[]): Check {
  return (value) => values.includes(value);
}

export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

export function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(checks).every(([name, check]) => check((value as Record<string, unknown>)[name]));
}

/**
 * Reads a message that a guest has sent as a line of JSON. Its field `discriminant` names its kind, and `kinds` has the
 * checks of the other fields. Returns undefined for everything else: a guest can write any bytes to its channel.
 */
export function readMessage<M extends object>(
  line: string,
  discriminant: keyof M & string,
  kinds: Readonly<Record<string, Check>>,
): M | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null) return undefined;
  const kind = (message as Record<string, unknown>)[discriminant];
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return undefined;
  return kinds[kind]?.(message) ? (message as M) : undefined;
}
