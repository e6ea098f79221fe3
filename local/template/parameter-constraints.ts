import type { ParameterType } from './parameter-types';
import { matchesPattern } from './pattern';
import type { ParameterDefinition } from './template';
import { TemplateError } from './template-error';

interface Constraint {
  /** True if a value meets it, or if the template does not set it. */
  kept(parameter: ParameterDefinition, value: string): boolean;
  message(parameter: ParameterDefinition): string;
}

/** E24, in the order in which they are looked at. `Ref` of a broken one would reach a resource. */
const CONSTRAINTS: readonly Constraint[] = [
  {
    kept: ({ allowedValues }, value) => !allowedValues || allowedValues.includes(value),
    message: () => 'must be one of AllowedValues',
  },
  {
    kept: ({ allowedPattern }, value) => allowedPattern === undefined || matchesPattern(allowedPattern, value),
    message: ({ allowedPattern }) => `must match pattern ${allowedPattern}`,
  },
  {
    kept: ({ minLength }, value) => minLength === undefined || value.length >= minLength,
    message: ({ minLength }) => `must contain at least ${minLength} characters`,
  },
  {
    kept: ({ maxLength }, value) => maxLength === undefined || value.length <= maxLength,
    message: ({ maxLength }) => `must contain at most ${maxLength} characters`,
  },
  {
    kept: ({ minValue }, value) => minValue === undefined || Number(value) >= minValue,
    message: ({ minValue }) => `must be a number not less than ${minValue}`,
  },
  {
    kept: ({ maxValue }, value) => maxValue === undefined || Number(value) <= maxValue,
    message: ({ maxValue }) => `must be a number not greater than ${maxValue}`,
  },
];

/** Refuses values of a parameter (the elements of a list, one by one) that violate its type or constraints. */
export function checkConstraints(parameter: ParameterDefinition, type: ParameterType, values: readonly string[]): void {
  // [R] E24, with its full stop.
  if (type.element === 'Number' && !values.every(isNumber)) {
    throw new TemplateError(`Parameter '${parameter.name}' must be a number.`);
  }
  const broken = CONSTRAINTS.find(({ kept }) => !values.every((value) => kept(parameter, value)));
  if (!broken) return;
  const { name, constraintDescription } = parameter;
  const message = constraintDescription
    ? `failed to satisfy constraint: ${constraintDescription}`
    : broken.message(parameter);
  throw new TemplateError(`Parameter '${name}' ${message}`);
}

function isNumber(value: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value);
}
