import type { Provider } from '../provider';

/** Throws, with the message of AWS's resource handlers, if a property is missing that the type's schema requires. */
export function checkRequired(
  { required = [] }: Pick<Provider, 'required'>,
  properties: Readonly<Record<string, unknown>>,
): void {
  const missing = (required as readonly string[]).filter((name) => properties[name] === undefined);
  if (missing.length === 0) return;
  const each = missing.map((name) => `The property {/${name}} is required`);
  throw new Error(`Property validation failure: [${each.join(', ')}]`);
}
