import { type FunctionCall, functionCall, isObject } from './function-call';
import { own } from './own';
import { PSEUDO_PARAMETERS } from './pseudo-parameters';
import { variableReference, variablesOf } from './substitution';
import type { Json, Reference } from './template';

/** Values of conditions by name. A missing one is undecided: neither branch of its Fn::If counts. */
export type KnownConditions = Readonly<Record<string, boolean>>;

/**
 * Returns the references of `value` by Ref, Fn::GetAtt and Fn::Sub, including parameters and without pseudo parameters.
 * Without `conditions` both branches of each Fn::If count. A computed attribute is returned as `*`.
 */
export function referencesOf(value: Json, conditions?: KnownConditions): Reference[] {
  const found = new Map<string, Reference>();
  const add = (reference: Reference) => {
    if (!Object.hasOwn(PSEUDO_PARAMETERS, reference.logicalId)) {
      found.set(`${reference.logicalId}.${reference.attribute ?? ''}`, reference);
    }
  };
  const visit = (part: Json): void => {
    const call = functionCall(part);
    if (call) {
      (REFERRING[call.name] ?? argumentOnly)(call, { add, visit, conditions });
    } else if (Array.isArray(part)) {
      part.forEach(visit);
    } else if (isObject(part)) {
      Object.values(part).forEach(visit);
    }
  };
  visit(value);
  return [...found.values()];
}

interface Walk {
  add(reference: Reference): void;
  visit(part: Json): void;
  readonly conditions?: KnownConditions;
}

const argumentOnly = (call: FunctionCall, walk: Walk) => walk.visit(call.argument);

/** The functions that refer to something themselves, or that do not use all of their argument. */
const REFERRING: Readonly<Record<string, (call: FunctionCall, walk: Walk) => void>> = {
  Ref({ argument }, walk) {
    if (typeof argument === 'string') walk.add({ logicalId: argument });
  },
  'Fn::GetAtt'({ argument }, walk) {
    const [logicalId, attribute] = attributeArgument(argument);
    if (typeof logicalId !== 'string') return;
    walk.add({ logicalId, attribute: typeof attribute === 'string' ? attribute : '*' });
    if (attribute !== undefined) walk.visit(attribute);
  },
  'Fn::Sub'({ argument }, walk) {
    const [text, variables] = Array.isArray(argument) ? argument : [argument];
    const given = isObject(variables) ? variables : {};
    for (const name of typeof text === 'string' ? variablesOf(text) : []) {
      if (!Object.hasOwn(given, name)) walk.add(variableReference(name));
    }
    walk.visit(given);
  },
  'Fn::If'({ argument }, walk) {
    if (!Array.isArray(argument)) return;
    const [condition, whenTrue = null, whenFalse = null] = argument;
    const truth = walk.conditions && typeof condition === 'string' ? own(walk.conditions, condition) : undefined;
    if (walk.conditions ? truth === true : true) walk.visit(whenTrue);
    if (walk.conditions ? truth === false : true) walk.visit(whenFalse);
  },
};

/** Fn::GetAtt's argument in either of its forms: `[id, attribute]` or `id.attribute`. */
export function attributeArgument(argument: Json): [logicalId: Json | undefined, attribute: Json | undefined] {
  if (typeof argument === 'string') {
    const { logicalId, attribute } = variableReference(argument);
    return [logicalId, attribute];
  }
  return Array.isArray(argument) && argument.length === 2 ? [argument[0], argument[1]] : [undefined, undefined];
}
