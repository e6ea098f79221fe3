import type { NormalizedSchema } from '@smithy/core/schema';

/**
 * Returns the path of the first missing required member, in AWS's notation (`pipeline.stages.1.member.name`), or
 * undefined. The SDK's schemas contain the number of required members, and list them first; they do not contain lengths
 * and patterns.
 */
export function missingMember(schema: NormalizedSchema, value: unknown, path = ''): string | undefined {
  if (value === undefined || value === null || schema.isUnitSchema()) return undefined;
  if (schema.isListSchema()) return missingInList(schema, value, path);
  if (schema.isMapSchema()) return missingInMap(schema, value, path);
  if (schema.isStructSchema()) return missingInStruct(schema, value as Record<string, unknown>, path);
  return undefined;
}

function missingInStruct(schema: NormalizedSchema, value: Record<string, unknown>, path: string): string | undefined {
  let required = requiredCount(schema);
  for (const [name, member] of schema.structIterator()) {
    const place = `${path}${path && '.'}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    if (required-- > 0 && (value[name] === undefined || value[name] === null)) return place;
    const deeper = missingMember(member, value[name], place);
    if (deeper) return deeper;
  }
  return undefined;
}

function missingInList(schema: NormalizedSchema, value: unknown, path: string): string | undefined {
  if (!Array.isArray(value)) return undefined;
  for (const [index, item] of value.entries()) {
    const missing = missingMember(schema.getValueSchema(), item, `${path}.${index + 1}.member`);
    if (missing) return missing;
  }
  return undefined;
}

function missingInMap(schema: NormalizedSchema, value: unknown, path: string): string | undefined {
  for (const [key, item] of Object.entries(value as object)) {
    const missing = missingMember(schema.getValueSchema(), item, `${path}.${key}.member`);
    if (missing) return missing;
  }
  return undefined;
}

function requiredCount(schema: NormalizedSchema): number {
  const tuple = schema.getSchema();
  const count = Array.isArray(tuple) ? (tuple as readonly unknown[])[6] : undefined;
  return typeof count === 'number' ? count : 0;
}
