import type { Json } from './document';
import { re2 } from './pattern';

/** Facts about the machine for file and binary operators. */
export interface Facts {
  fileExists(path: string): boolean;
  folderExists(path: string): boolean;
  /** True if a command of that name is on the PATH. */
  binaryExists(name: string): boolean;
  /** Hex digest, or undefined for a missing file. */
  digest(path: string, algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'): string | undefined;
}

type Test = (operand: Json, other: Json, facts: Facts) => boolean;

interface Operator {
  /** The second key beside the operator. */
  readonly beside?: 'value' | 'path';
  readonly test: Test;
}

const compareText = (holds: (order: number) => boolean): Operator => ({
  beside: 'value',
  test: (operand, value) => holds(order(String(value).toLowerCase(), String(operand).toLowerCase())),
});

const compareNumber = (holds: (order: number) => boolean): Operator => ({
  beside: 'value',
  test(operand, value) {
    const [left, right] = [numberOf(value), numberOf(operand)];
    return left !== undefined && right !== undefined && holds(left - right);
  },
});

const digestEquals = (algorithm: Parameters<Facts['digest']>[1]): Operator => ({
  beside: 'path',
  test: (hash, path, facts) => facts.digest(String(path), algorithm) === String(hash).toLowerCase(),
});

/** The operators of AWSTOE. `stringLessThan: b` with `value: a` asks whether a is less than b. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  stringIsEmpty: { test: (text) => String(text) === '' },
  stringIsWhitespace: { test: (text) => /^ +$/.test(String(text)) },
  stringEquals: compareText((order) => order === 0),
  stringLessThan: compareText((order) => order < 0),
  stringLessThanEquals: compareText((order) => order <= 0),
  stringGreaterThan: compareText((order) => order > 0),
  stringGreaterThanEquals: compareText((order) => order >= 0),
  patternMatches: { beside: 'value', test: (pattern, value) => re2(String(pattern)).test(String(value)) },
  numberEquals: compareNumber((order) => order === 0),
  numberLessThan: compareNumber((order) => order < 0),
  numberLessThanEquals: compareNumber((order) => order <= 0),
  numberGreaterThan: compareNumber((order) => order > 0),
  numberGreaterThanEquals: compareNumber((order) => order >= 0),
  binaryExists: { test: (name, _, facts) => facts.binaryExists(String(name)) },
  fileExists: { test: (path, _, facts) => facts.fileExists(String(path)) },
  folderExists: { test: (path, _, facts) => facts.folderExists(String(path)) },
  fileMD5Equals: digestEquals('md5'),
  fileSHA1Equals: digestEquals('sha1'),
  fileSHA256Equals: digestEquals('sha256'),
  fileSHA512Equals: digestEquals('sha512'),
};

const LOGICAL = ['and', 'or', 'not'];
const DEEPEST = 4;

/** True if the expression holds. It must have passed `expressionMistake`, and its references must be replaced. */
export function evaluate(expression: Json, facts: Facts): boolean {
  const map = expression as Record<string, Json>;
  if (map['and']) return operands(map['and']).every((item) => evaluate(item, facts));
  if (map['or']) return operands(map['or']).some((item) => evaluate(item, facts));
  if (map['not']) return !operands(map['not']).some((item) => evaluate(item, facts));
  const [name = '', operand = null] = Object.entries(map).find(([key]) => OPERATORS[key]) ?? [];
  const operator = OPERATORS[name];
  if (!operator) throw new Error(`not a comparison: ${JSON.stringify(expression)}`);
  return operator.test(operand, operator.beside ? (map[operator.beside] ?? null) : null, facts);
}

/** Returns the mistake in an expression, or undefined. */
export function expressionMistake(expression: Json | undefined, depth = 1): string | undefined {
  if (!expression || typeof expression !== 'object' || Array.isArray(expression)) return 'a comparison must be a map';
  const keys = Object.keys(expression);
  const names = keys.filter((key) => OPERATORS[key] || LOGICAL.includes(key));
  const [name] = names;
  if (!name) return `'${keys[0] ?? ''}' is not a comparison or logical operator`;
  if (names.length > 1) return `a comparison has one operator, not ${names.join(' and ')}`;
  const operand = expression[name] as Json;
  return LOGICAL.includes(name) ? logicalMistake(name, operand, { keys, depth }) : comparisonMistake(name, expression);
}

function logicalMistake(name: string, operand: Json, at: { keys: string[]; depth: number }): string | undefined {
  if (at.depth > DEEPEST) return `conditions nest at most ${DEEPEST} levels deep`;
  const other = at.keys.find((key) => key !== name);
  if (other) return `'${other}' does not belong beside '${name}'`;
  const items = operands(operand);
  if (name !== 'not' && (!Array.isArray(operand) || items.length === 0)) return `'${name}' takes a list of comparisons`;
  if (name === 'not' && items.length !== 1) return `'not' takes one comparison`;
  for (const item of items) {
    const mistake = expressionMistake(item, at.depth + 1);
    if (mistake) return mistake;
  }
  return undefined;
}

function comparisonMistake(name: string, expression: { [key: string]: Json }): string | undefined {
  const beside = OPERATORS[name]?.beside;
  for (const [key, value] of Object.entries(expression)) {
    if (key !== name && key !== beside) return `'${key}' does not belong beside '${name}'`;
    if (value === null || typeof value === 'object')
      return `'${key}' must be one value (a reference must be in quotes)`;
  }
  if (beside && !(beside in expression)) return `'${name}' needs '${beside}'`;
  if (name !== 'patternMatches') return undefined;
  try {
    re2(String(expression[name]));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function operands(value: Json): Json[] {
  return Array.isArray(value) ? value : [value];
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** AWS: an integer, a float, or a string of this form. Anything else compares as false. */
function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[-+]?([0-9]+[.])?[0-9]+$/.test(value) ? Number(value) : undefined;
}
