import type { Json } from '../template';
import { mayBeList, mayBeText, requiredText, requiredTexts } from './argument';
import { type Intrinsic, RULES } from './intrinsic';

const refusal = (name: string, parts: string) => `Template error: every ${name} object requires ${parts}.`;
const CONTAINS = refusal('Fn::Contains', 'a list of strings and a string');
const EACH_EQUALS = refusal('Fn::EachMemberEquals', 'a list of strings and a string');
const EACH_IN = refusal('Fn::EachMemberIn', 'two lists of strings');

/** True if the first list contains the second value: CDK's CheckBootstrapVersion rule uses it. */
export const contains: Intrinsic = {
  allowedIn: RULES,
  check: (argument) => checkPair(argument, mayBeText, CONTAINS),
  evaluate(argument, { resolve }) {
    const [list = null, value = null] = argument as Json[];
    return requiredTexts(resolve(list), CONTAINS).includes(requiredText(resolve(value), CONTAINS));
  },
};

export const eachMemberEquals: Intrinsic = {
  allowedIn: RULES,
  check: (argument) => checkPair(argument, mayBeText, EACH_EQUALS),
  evaluate(argument, { resolve }) {
    const [list = null, value = null] = argument as Json[];
    const wanted = requiredText(resolve(value), EACH_EQUALS);
    return requiredTexts(resolve(list), EACH_EQUALS).every((member) => member === wanted);
  },
};

export const eachMemberIn: Intrinsic = {
  allowedIn: RULES,
  check: (argument) => checkPair(argument, mayBeList, EACH_IN),
  evaluate(argument, { resolve }) {
    const [members = null, list = null] = argument as Json[];
    const allowed = requiredTexts(resolve(list), EACH_IN);
    return requiredTexts(resolve(members), EACH_IN).every((member) => allowed.includes(member));
  },
};

function checkPair(argument: Json, second: (value: Json | undefined) => boolean, message: string): string | undefined {
  const parts = Array.isArray(argument) ? argument : [];
  return parts.length === 2 && mayBeList(parts[0]) && second(parts[1]) ? undefined : message;
}
