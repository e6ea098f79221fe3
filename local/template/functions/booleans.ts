import { own } from '../own';
import type { Environment, Json } from '../template';
import { TemplateError } from '../template-error';
import { isFunction, mayBeText, requiredText, text } from './argument';
import { BOOLEANS, type Intrinsic, VALUES } from './intrinsic';

/** [R] E27 */
const EQUALS = 'Template error: every Fn::Equals object requires a list of 2 string parameters.';
const NOT = 'Template error: every Fn::Not object requires a list with exactly 1 boolean parameter.';
const IF = 'Template error: Fn::If requires a list argument with three elements';
const CONDITION = 'Template error: every Condition object must have a single String value.';
const several = (name: string) =>
  `Template error: every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`;

export const equals: Intrinsic = {
  allowedIn: BOOLEANS,
  check(argument) {
    const sides = Array.isArray(argument) ? argument : [];
    return sides.length === 2 && sides.every(mayBeText) ? undefined : EQUALS;
  },
  evaluate(argument, { resolve }) {
    const [left, right] = (argument as Json[]).map((side) => requiredText(resolve(side), EQUALS));
    return left === right;
  },
};

export const not: Intrinsic = {
  allowedIn: BOOLEANS,
  check(argument) {
    const operands = Array.isArray(argument) ? argument : [];
    return operands.length === 1 && operands.every(mayBeTruth) ? undefined : NOT;
  },
  evaluate: (argument, { resolve }) => !truth(resolve((argument as Json[])[0] ?? null)),
};

export const and: Intrinsic = {
  allowedIn: BOOLEANS,
  check: (argument) => checkSeveral('Fn::And', argument),
  evaluate: (argument, { resolve }) => (argument as Json[]).every((operand) => truth(resolve(operand))),
};

export const or: Intrinsic = {
  allowedIn: BOOLEANS,
  check: (argument) => checkSeveral('Fn::Or', argument),
  evaluate: (argument, { resolve }) => (argument as Json[]).some((operand) => truth(resolve(operand))),
};

export const condition: Intrinsic = {
  allowedIn: BOOLEANS,
  check: (argument) => (typeof argument === 'string' ? undefined : CONDITION),
  evaluate: (argument, { environment }) => conditionNamed(argument, environment),
};

export const fnIf: Intrinsic = {
  allowedIn: VALUES,
  check(argument) {
    const parts = Array.isArray(argument) ? argument : [];
    return parts.length === 3 && typeof parts[0] === 'string' ? undefined : IF;
  },
  choose(argument, environment) {
    const [name = null, whenTrue = null, whenFalse = null] = argument as Json[];
    return conditionNamed(name, environment) ? whenTrue : whenFalse;
  },
  evaluate: (argument, { environment, resolve }) => resolve(fnIf.choose?.(argument, environment) ?? null),
};

/** The truth of a resolved operand. */
export function truth(value: Json | undefined): boolean {
  const word = text(value);
  if (word === 'true' || word === 'false') return word === 'true';
  throw new TemplateError(`Template error: ${JSON.stringify(value)} is not a boolean`);
}

function conditionNamed(name: Json, environment: Environment): boolean {
  const value = own(environment.conditions, requiredText(name, CONDITION));
  if (value === undefined) throw new TemplateError(`Template error: unresolved condition dependency ${name} in Fn::If`);
  return value;
}

function checkSeveral(name: string, argument: Json): string | undefined {
  const operands = Array.isArray(argument) ? argument : [];
  return operands.length >= 2 && operands.length <= 10 && operands.every(mayBeTruth) ? undefined : several(name);
}

function mayBeTruth(value: Json): boolean {
  return isFunction(value) || /^(true|false)$/.test(text(value) ?? '');
}
