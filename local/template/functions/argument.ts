import { conditionCall } from '../function-call';
import type { Json } from '../template';
import { TemplateError } from '../template-error';

/** Numbers and booleans are texts to CloudFormation: `80` and `"80"` are the same value. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** True if the value is, or by a function may become, a text. */
export function mayBeText(value: Json | undefined): boolean {
  return text(value) !== undefined || isFunction(value);
}

/** True if the value is, or by a function may become, a list. */
export function mayBeList(value: Json | undefined): boolean {
  return Array.isArray(value) || isFunction(value);
}

export function isFunction(value: Json | undefined): boolean {
  return value !== undefined && conditionCall(value) !== undefined;
}

/** The resolved value as text, or CloudFormation's refusal. */
export function requiredText(value: Json | undefined, refusal: string): string {
  const found = text(value);
  if (found === undefined) throw new TemplateError(refusal);
  return found;
}

/** The resolved value as a list of texts, or CloudFormation's refusal. */
export function requiredTexts(value: Json | undefined, refusal: string): string[] {
  if (!Array.isArray(value)) throw new TemplateError(refusal);
  return value.map((item) => requiredText(item, refusal));
}
