import { truth } from './functions/booleans';
import { resolveBoolean } from './resolve';
import type { Environment, Template } from './template';
import { TemplateError } from './template-error';

/** Refuses parameters that one of the template's rules forbids, with the rule's message. */
export function checkRules(template: Template, environment: Environment): void {
  for (const [name, rule] of Object.entries(template.rules)) {
    if (rule.condition !== undefined && !truth(resolveBoolean(rule.condition, environment))) continue;
    for (const { assert, description } of rule.assertions) {
      if (truth(resolveBoolean(assert, environment))) continue;
      throw new TemplateError(`Template error: the rule ${name} does not hold${description ? `: ${description}` : ''}`);
    }
  }
}
