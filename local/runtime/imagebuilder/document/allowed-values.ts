import type { ParameterDeclaration } from './document';

/** Returns why a parameter cannot have this value; undefined if it can. */
export function notAllowed(
  { name, allowedValues }: ParameterDeclaration,
  value: string | undefined,
): string | undefined {
  if (value === undefined || !allowedValues || allowedValues.includes(value)) return undefined;
  return `parameter '${name}' is '${value}', and one of '${allowedValues.join("', '")}' is allowed`;
}
