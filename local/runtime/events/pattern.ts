import { AwsError } from '../../kernel/failure';
import { matchesWildcard } from '../../kernel/pattern';

/** Any JSON value: a pattern, or the event it is held against. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * True if `event` matches an EventBridge pattern: every field the pattern names must hold one of the listed values.
 * Fields of the event that the pattern does not name are ignored; an array in the event matches when any member does.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matches(pattern: Json, event: Json): boolean {
  const wanted = asObject(pattern);
  return Object.entries(wanted).every(([field, part]) => {
    if (field === '$or') return (part as Json[]).some((alternative) => matches(alternative, event));
    const value = asObject(event)[field];
    if (!Array.isArray(part)) return value !== undefined && matches(part, value);
    const candidates = Array.isArray(value) ? value : [value];
    return part.some((test) => candidates.some((candidate) => accepts(test, candidate)));
  });
}

/** Refuses a pattern that EventBridge would refuse, or that uses an unsupported filter. */
export function validatePattern(pattern: Json): void {
  const fields = Object.entries(asObject(pattern));
  if (fields.length === 0) throw invalid('Empty patterns are not allowed');
  for (const [field, part] of fields) {
    if (field === '$or') {
      for (const alternative of part as Json[]) validatePattern(alternative);
    } else if (Array.isArray(part)) {
      if (part.length === 0) throw invalid(`Empty arrays are not allowed at ${field}`);
      for (const test of part) validateTest(field, test);
    } else if (part !== null && typeof part === 'object') {
      validatePattern(part);
    } else {
      throw invalid(`"${field}" must be an object or an array`);
    }
  }
}

/** Content filters, by the name of their only key. */
const FILTERS: Record<string, (argument: Json, value: Json | undefined) => boolean> = {
  prefix: (argument, value) => text(value, (have) => insensitively(argument, have, (a, b) => b.startsWith(a))),
  suffix: (argument, value) => text(value, (have) => insensitively(argument, have, (a, b) => b.endsWith(a))),
  'equals-ignore-case': (argument, value) =>
    text(value, (have) => have.toLowerCase() === String(argument).toLowerCase()),
  wildcard: (argument, value) => text(value, (have) => matchesWildcard(have, String(argument), { question: false })),
  exists: (argument, value) => (value !== undefined) === argument,
  numeric: (argument, value) => typeof value === 'number' && numeric(argument as Json[], value),
  'anything-but': (argument, value) => value !== undefined && !anyOf(argument, value),
};

function accepts(test: Json, value: Json | undefined): boolean {
  if (test === null || typeof test !== 'object') return test === value;
  const [[name, argument] = ['', null]] = Object.entries(asObject(test));
  const filter = FILTERS[name];
  if (!filter) throw invalid(`Unrecognized match type ${name}`);
  return filter(argument as Json, value);
}

function validateTest(field: string, test: Json): void {
  if (test === null || typeof test !== 'object') return;
  const [name, ...more] = Object.keys(asObject(test));
  if (!name || more.length || !FILTERS[name]) throw invalid(`Unrecognized match type ${name ?? ''} at ${field}`);
}

/** `anything-but` accepts a value, a list of values, or a filter. */
function anyOf(argument: Json, value: Json): boolean {
  if (Array.isArray(argument)) return argument.includes(value);
  return accepts(argument, value);
}

function text(value: Json | undefined, test: (value: string) => boolean): boolean {
  return typeof value === 'string' && test(value);
}

/** The argument of `prefix` and `suffix` may be `{"equals-ignore-case": "…"}`. */
function insensitively(argument: Json, value: string, test: (wanted: string, value: string) => boolean): boolean {
  if (typeof argument === 'string') return test(argument, value);
  return test(String(asObject(argument)['equals-ignore-case']).toLowerCase(), value.toLowerCase());
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** `["<", 10]` or `[">", 0, "<=", 5]`. */
function numeric(terms: Json[], value: number): boolean {
  for (let i = 0; i < terms.length; i += 2) {
    const compare = COMPARISONS[String(terms[i])];
    if (!compare) throw invalid(`Unrecognized numeric range operator: ${terms[i]}`);
    if (!compare(value, Number(terms[i + 1]))) return false;
  }
  return true;
}

function asObject(value: Json): { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
