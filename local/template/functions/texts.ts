import { isObject } from '../function-call';
import { own } from '../own';
import { substitute, variableReference, variablesOf } from '../substitution';
import type { Json } from '../template';
import { TemplateError } from '../template-error';
import { mayBeList, mayBeText, requiredText, requiredTexts, text } from './argument';
import { type Evaluation, type Intrinsic, VALUES, VALUES_AND_CONDITIONS } from './intrinsic';

const BASE64 = 'Template error: every Fn::Base64 object must have a String-typed value.';
/** [R] E27 */
const JOIN =
  'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.';
const SPLIT =
  'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.';
const SUB =
  "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";
const SUB_NAMES =
  'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons';

export const base64: Intrinsic = {
  allowedIn: VALUES,
  check: (argument) => (mayBeText(argument) ? undefined : BASE64),
  evaluate: (argument, { resolve }) => Buffer.from(requiredText(resolve(argument), BASE64)).toString('base64'),
};

export const join: Intrinsic = {
  allowedIn: VALUES_AND_CONDITIONS,
  check(argument) {
    const [delimiter, parts, ...more] = Array.isArray(argument) ? argument : [];
    return typeof delimiter === 'string' && mayBeList(parts) && !more.length ? undefined : JOIN;
  },
  evaluate(argument, { resolve }) {
    const [delimiter = null, parts = null] = argument as Json[];
    return requiredTexts(resolve(parts), JOIN).join(requiredText(delimiter, JOIN));
  },
};

export const split: Intrinsic = {
  allowedIn: VALUES_AND_CONDITIONS,
  check(argument) {
    const [delimiter, whole, ...more] = Array.isArray(argument) ? argument : [];
    return typeof delimiter === 'string' && delimiter && mayBeText(whole) && !more.length ? undefined : SPLIT;
  },
  evaluate(argument, { resolve }) {
    const [delimiter = null, whole = null] = argument as Json[];
    return requiredText(resolve(whole), SPLIT).split(requiredText(delimiter, SPLIT));
  },
};

export const sub: Intrinsic = {
  allowedIn: VALUES_AND_CONDITIONS,
  check(argument) {
    const [whole, variables, ...more] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof whole !== 'string' || !isObject(variables) || more.length) return SUB;
    return variablesOf(whole).every((name) => /^[A-Za-z0-9_.:]+$/.test(name)) ? undefined : SUB_NAMES;
  },
  evaluate(argument, { resolve }) {
    const [whole = null, variables = {}] = Array.isArray(argument) ? argument : [argument];
    return substitute(requiredText(whole, SUB), (name) => variable(name, variables as Record<string, Json>, resolve));
  },
};

function variable(name: string, given: Record<string, Json>, resolve: Evaluation['resolve']): string {
  const { logicalId, attribute } = variableReference(name);
  const reference: Json = attribute === undefined ? { Ref: name } : { 'Fn::GetAtt': [logicalId, attribute] };
  const value = text(resolve(own(given, name) ?? reference));
  if (value !== undefined) return value;
  throw new TemplateError(`Template error: variable ${name} in Fn::Sub expression does not resolve to a string`);
}
