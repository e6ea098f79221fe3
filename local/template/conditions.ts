import { conditionCall, isObject } from './function-call';
import { truth } from './functions/booleans';
import { resolveBoolean } from './resolve';
import { checkRules } from './rules';
import type { Environment, Json, Template } from './template';

/** Values that conditions and rules can see: parameters and mappings, no resources. */
export type ConditionEnvironment = Omit<Environment, 'conditions' | 'ref' | 'getAtt'>;

/** The truth of every condition, by name. The template's rules are asserted first, as CloudFormation does. */
export function evaluateConditions(template: Template, environment: ConditionEnvironment): Record<string, boolean> {
  checkRules(template, withoutResources(environment, {}));
  const conditions: Record<string, boolean> = {};
  const evaluate = (name: string): void => {
    const definition = template.conditions[name];
    if (definition === undefined || Object.hasOwn(conditions, name)) return;
    conditionsNamedIn(definition).forEach(evaluate);
    conditions[name] = truth(resolveBoolean(definition, withoutResources(environment, conditions)));
  };
  Object.keys(template.conditions).forEach(evaluate);
  return conditions;
}

/** Returns the other conditions in a condition. */
export function conditionsNamedIn(definition: Json): string[] {
  const call = conditionCall(definition);
  if (call?.name === 'Condition') return typeof call.argument === 'string' ? [call.argument] : [];
  if (Array.isArray(definition)) return definition.flatMap(conditionsNamedIn);
  return isObject(definition) ? Object.values(definition).flatMap(conditionsNamedIn) : [];
}

function withoutResources(environment: ConditionEnvironment, conditions: Record<string, boolean>): Environment {
  return { ...environment, conditions, ref: () => undefined, getAtt: () => undefined };
}
