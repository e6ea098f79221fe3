import { resolveDynamicReferences } from './dynamic-references';
import { conditionCall, type FunctionCall, functionCall, isObject } from './function-call';
import { INTRINSICS, unknownFunction } from './functions/registry';
import { own } from './own';
import { referencesOf } from './references';
import { type Environment, type Json, type Reference, Unresolved } from './template';
import { TemplateError } from './template-error';

/**
 * Returns the value with every intrinsic function and dynamic reference resolved; undefined is `AWS::NoValue`. Throws
 * `Unresolved` if it needs a resource that does not exist yet, and CloudFormation's refusal if a function fails.
 */
export function resolveValue(value: Json, environment: Environment): Json | undefined {
  return withDynamicReferences(walk(value, callIn(functionCall, environment)), environment);
}

/** As `resolveValue`, without parts that need unknown values, and with the names of those references. */
export function resolvePartially(
  value: Json,
  environment: Environment,
): { value: Json | undefined; unknown: Reference[] } {
  const unknown: Reference[] = [];
  const known = (part: Json): Found => {
    const call = functionCall(part);
    if (!call) return undefined;
    const chosen = own(INTRINSICS, call.name)?.choose?.(call.argument, environment);
    if (chosen !== undefined) return { value: walk(chosen, known) };
    try {
      return { value: resolveValue(part, environment) };
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      unknown.push(...unknownIn(part, environment));
      return { value: undefined };
    }
  };
  return { value: withDynamicReferences(walk(value, known), environment), unknown };
}

/** Returns the value of a condition or of a rule's assertion, in which `Condition` is a function too. */
export function resolveBoolean(value: Json, environment: Environment): Json | undefined {
  return walk(value, callIn(conditionCall, environment));
}

/** Result of a function call; undefined if the value is none. */
type Found = { readonly value: Json | undefined } | undefined;

/** Replaces functions from the top down, and removes `AWS::NoValue`. */
function walk(value: Json, called: (part: Json) => Found): Json | undefined {
  const found = called(value);
  if (found) return found.value;
  if (Array.isArray(value)) return value.map((item) => walk(item, called)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, walk(member, called)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function callIn(find: (value: Json) => FunctionCall | undefined, environment: Environment): (part: Json) => Found {
  const called = (part: Json): Found => {
    const call = find(part);
    if (!call) return undefined;
    const intrinsic = own(INTRINSICS, call.name);
    if (!intrinsic) throw new TemplateError(unknownFunction(call.name));
    const resolve = (argument: Json) => walk(argument, called);
    return { value: intrinsic.evaluate(call.argument, { environment, resolve }) };
  };
  return called;
}

function withDynamicReferences(value: Json | undefined, environment: Environment): Json | undefined {
  if (typeof value === 'string') return resolveDynamicReferences(value, environment);
  if (value === undefined || typeof value !== 'object' || value === null) return value;
  return walk(value, (part) =>
    typeof part === 'string' ? { value: resolveDynamicReferences(part, environment) } : undefined,
  );
}

function unknownIn(part: Json, environment: Environment): Reference[] {
  return referencesOf(part, environment.conditions).filter(({ logicalId, attribute }) => {
    if (Object.hasOwn(environment.parameters, logicalId)) return false;
    const value = attribute === undefined ? environment.ref(logicalId) : environment.getAtt(logicalId, attribute);
    return value === undefined;
  });
}
