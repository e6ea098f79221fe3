import type { Json } from './document';

/** Reference between `{{` and `}}`. */
export type Reference =
  /** A parameter or a constant (D6). */
  | { readonly kind: 'variable'; readonly name: string }
  /** Another step's inputs or outputs (D5). */
  | {
      readonly kind: 'chain';
      readonly phase: string;
      readonly step: string;
      readonly side: 'inputs' | 'outputs';
      readonly index?: number;
      readonly field: string;
    }
  /** `loop.index`, `NAME.value` (D8). */
  | { readonly kind: 'loop'; readonly loop: string; readonly member: 'index' | 'value' }
  | { readonly kind: 'ssm'; readonly name: string }
  /** `aws:ssm:resolve(VARIABLE)`: the parameter's name is in a variable, or in another SSM parameter. */
  | { readonly kind: 'ssm-resolve'; readonly of: Reference }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'imds'; readonly path: string }
  | { readonly kind: 'context'; readonly key: string };

/** References whose value only the machine of the run knows. */
export type MachineReference = Extract<Reference, { kind: 'ssm' | 'env' | 'imds' | 'context' }>;

export const CONTEXT_KEYS = [
  ...['executionId', 'accountId', 'region', 'osPlatform', 'osName', 'osVersion', 'date', 'dateTime'],
  ...['uuid', 'hostname', 'phase', 'step'],
] as const;

const BRACES = /\{\{(.*?)\}\}/gs;
const NAME = '[A-Za-z0-9_-]{3,128}';
const VARIABLE = new RegExp(`^${NAME}$`);
const LOOP = /^([A-Za-z0-9_-]+)\.(index|value)$/;
const CHAIN = new RegExp(`^(${NAME})\\.(${NAME})\\.(inputs|outputs)(?:\\[(\\d+)\\])?\\.([A-Za-z0-9_-]+)$`);
const RESOLVE = /^aws:ssm:resolve\((.*)\)$/;

/**
 * Parses the text between the braces; undefined if it is none of AWSTOE's forms (`{{ .State.Status }}` belongs to
 * another program, and stays).
 */
export function parseReference(between: string): Reference | undefined {
  const text = between.trim();
  const resolve = RESOLVE.exec(text);
  if (resolve) {
    const of = parseReference(resolve[1] ?? '');
    return of && (of.kind === 'variable' || of.kind === 'ssm') ? { kind: 'ssm-resolve', of } : undefined;
  }
  if (text.startsWith('aws:ssm:')) return { kind: 'ssm', name: text.slice('aws:ssm:'.length).trim() };
  if (text.startsWith('aws:imds:')) return { kind: 'imds', path: text.slice('aws:imds:'.length).trim() };
  if (text.startsWith('env:')) return { kind: 'env', name: text.slice('env:'.length) };
  if (text.startsWith('context:')) return { kind: 'context', key: text.slice('context:'.length).trim() };
  if (VARIABLE.test(text)) return { kind: 'variable', name: text };
  const loop = LOOP.exec(text);
  if (loop) return { kind: 'loop', loop: loop[1] ?? '', member: loop[2] === 'index' ? 'index' : 'value' };
  const chain = CHAIN.exec(text);
  if (!chain) return undefined;
  const [, phase = '', step = '', side, index, field = ''] = chain;
  return {
    kind: 'chain',
    phase,
    step,
    side: side === 'inputs' ? 'inputs' : 'outputs',
    ...(index === undefined ? {} : { index: Number(index) }),
    field,
  };
}

/** True for braces that are no reference but probably a misspelled one: ignoring them silently would be a trap. */
export function looksLikeChaining(between: string): boolean {
  return /^\s*[\w-]+\.[\w-]+\.(inputs?|outputs?)\b/.test(between);
}

/** Every `{{ … }}` in all strings of `value`, with the path to the string. */
export function bracesIn(
  value: Json,
  path: readonly (string | number)[] = [],
): { text: string; path: readonly (string | number)[] }[] {
  if (typeof value === 'string') return Array.from(value.matchAll(BRACES), (match) => ({ text: match[1] ?? '', path }));
  if (Array.isArray(value)) return value.flatMap((item, index) => bracesIn(item, [...path, index]));
  if (value && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, item]) => bracesIn(item, [...path, key]));
  }
  return [];
}

/**
 * Returns `value` with every `{{ … }}` replaced that `lookup` knows, in one pass: inserted text is not resolved again.
 */
export function substitute(value: Json, lookup: (between: string) => string | undefined): Json {
  if (typeof value === 'string') {
    return value.replace(BRACES, (whole, between: string) => lookup(between) ?? whole);
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, lookup));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, lookup)]));
  }
  return value;
}
