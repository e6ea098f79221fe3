import { text } from './functions/argument';
import { own } from './own';
import { resolveValue } from './resolve';
import type { Environment, Template } from './template';
import { TemplateError } from './template-error';

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** Returns the stack's outputs whose condition is true. */
export function resolveOutputs(template: Template, environment: Environment): Output[] {
  return Object.entries(template.outputs)
    .filter(([, { condition }]) => condition === undefined || own(environment.conditions, condition))
    .map(([key, { value, description, exportName }]) => ({
      key,
      value: requiredText(resolveValue(value, environment)),
      description,
      exportName: exportName === undefined ? undefined : requiredText(resolveValue(exportName, environment)),
    }));
}

function requiredText(value: Parameters<typeof text>[0]): string {
  const found = text(value);
  if (found !== undefined) return found;
  throw new TemplateError('Template format error: The Value field of every Outputs member must evaluate to a String.');
}
