import { AwsError } from '../kernel/failure';
import { checkFunctions } from './check-functions';
import { checkReferences } from './check-references';
import { orderOf } from './graph';
import { checkLimits } from './limits';
import { type TemplateSource, written } from './place';
import { readTemplate } from './sections';
import { readSource } from './source';
import type { Template } from './template';
import { TemplateError } from './template-error';

/**
 * Reads and checks a template, JSON or YAML with short forms. Refuses with `ValidationError` and CloudFormation's
 * message, followed by ` (line L, column C)` if the reason has a place in the text, and unsupported parts by name.
 */
export function parseTemplate(text: string): Template {
  const source = readSource(text);
  try {
    const template = readTemplate(text, source.value);
    checkLimits(template);
    checkFunctions(template);
    checkReferences(template);
    refuseCircles(template);
    return template;
  } catch (error) {
    throw error instanceof TemplateError ? placed(error, source) : error;
  }
}

/** Refuses cycles that exist under every condition; `dependencyOrder` evaluates the conditions and finds the others. */
function refuseCircles(template: Template): void {
  const unconditional = Object.values(template.resources).filter(({ condition }) => condition === undefined);
  orderOf(unconditional, {});
}

function placed(error: TemplateError, source: TemplateSource): AwsError {
  const place = error.path && source.place(error.path);
  return new AwsError(error.code, `${error.message}${written(place)}`);
}
