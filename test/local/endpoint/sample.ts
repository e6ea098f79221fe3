import { Readable } from 'node:stream';
import type { NormalizedSchema } from '@smithy/core/schema';

/** Invented values in the shape of a schema: every member is set, recursion ends at its second turn. */
export class Samples {
  private state = 7;

  of(schema: NormalizedSchema): Record<string, unknown> {
    return schema.isUnitSchema() ? {} : (this.value(schema, []) as Record<string, unknown>);
  }

  private number(below: number): number {
    this.state = (this.state * 1103515245 + 12345) & 0x7fffffff;
    return this.state % below;
  }

  private value(schema: NormalizedSchema, within: readonly string[]): unknown {
    if (schema.isUnitSchema()) return undefined;
    if (schema.isStructSchema()) return this.struct(schema, within);
    if (schema.isListSchema()) {
      const items = [this.value(schema.getValueSchema(), within), this.value(schema.getValueSchema(), within)];
      return items.some(isEmpty) ? undefined : items;
    }
    if (schema.isMapSchema()) return { k1: this.value(schema.getValueSchema(), within) };
    return this.scalar(schema);
  }

  private struct(schema: NormalizedSchema, within: readonly string[]): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const shape = schema.getName(true) ?? '';
    if (within.length > 5 || within.includes(shape)) return result;
    for (const [name, member] of schema.structIterator()) {
      if (schema.isUnionSchema() && Object.keys(result).length) break;
      const traits = member.getMergedTraits();
      if (member.isStreaming() || traits['hostLabel']) continue;
      const value = this.value(member, [...within, shape]);
      if (value !== undefined) result[name] = value;
    }
    return result;
  }

  private scalar(schema: NormalizedSchema): unknown {
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + this.number(1e6) * 1000);
    if (schema.isBlobSchema()) return new Uint8Array([1, 2, this.number(250)]);
    if (schema.isBooleanSchema()) return this.number(2) === 1;
    if (schema.getMergedTraits().httpResponseCode) return 202;
    if (schema.isNumericSchema()) return this.number(900) + 1;
    if (schema.isBigIntegerSchema()) return BigInt(this.number(900));
    if (schema.isDocumentSchema()) return { a: 1 };
    if (schema.getMergedTraits().mediaType === 'application/json') return undefined;
    return `s${this.number(1e6)} é<&>+/`;
  }
}

/** Values as they compare across the wire: no `$metadata`, no streams, no empty structures, bytes as base64. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof String) return String(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value)
    .filter(([name, member]) => name !== '$metadata' && member !== undefined && !(member instanceof Readable))
    .map(([name, member]) => [name, comparable(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !isEmptyObject(member)));
}

const isEmptyObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

const isEmpty = (value: unknown) => value === undefined || (isEmptyObject(value) && !(value instanceof Date));

/** The first place where two values differ, for a message. */
export function difference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (expected && actual && typeof expected === 'object' && typeof actual === 'object') {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const deeper = difference(Reflect.get(expected, name), Reflect.get(actual, name), `${path}.${name}`);
      if (deeper) return deeper;
    }
    return undefined;
  }
  return `${path}: ${JSON.stringify(expected)} became ${JSON.stringify(actual)}`;
}
