import type { ParameterDeclaration } from './document';

/** Why a parameter cannot have this value; undefined where it can, and for none. */
export function notAllowed(
  { name, allowedValues }: ParameterDeclaration,
  value: string | undefined,
): string | undefined {
  if (value === undefined || !allowedValues || allowedValues.includes(value)) return undefined;
  return `parameter '${name}' is '${value}', and one of '${allowedValues.join("', '")}' is allowed`;
}
