import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';

const SETTINGS = { httpBindings: true, timestampFormat: { useTrait: true, default: 5 } } as const;

/** Reads a member from a label, the query or headers; undefined if it is absent. */
export function readBinding(member: NormalizedSchema, texts: readonly string[]): unknown {
  if (!texts.length) return undefined;
  if (member.isListSchema()) return texts.map((text) => fromText(member.getValueSchema(), text));
  return fromText(member, texts[0] ?? '');
}

/** Reads a map from the headers that begin with `prefix`, for example `x-amz-meta-`. */
export function readPrefixHeaders(
  prefix: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const entries = Object.entries(headers)
    .filter(([name]) => name.startsWith(prefix.toLowerCase()))
    .map(([name, value]) => [name.slice(prefix.length), value]);
  return entries.length ? Object.fromEntries(entries) : undefined;
}

/** Puts a member into the headers of an answer. */
export function writeBinding(member: NormalizedSchema, value: unknown, headers: Record<string, string>): void {
  const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
  if (httpHeader) headers[httpHeader.toLowerCase()] = toText(member, value);
  else if (typeof httpPrefixHeaders === 'string') {
    for (const [name, text] of Object.entries(value as Record<string, string>)) {
      headers[`${httpPrefixHeaders}${name}`.toLowerCase()] = text;
    }
  }
}

function fromText(schema: NormalizedSchema, text: string): unknown {
  return isScalar(schema) ? new FromStringShapeDeserializer(SETTINGS).read(schema, text) : text;
}

function toText(schema: NormalizedSchema, value: unknown): string {
  const serializer = new ToStringShapeSerializer(SETTINGS);
  serializer.write(schema, value);
  return String(serializer.flush());
}

const isScalar = (schema: NormalizedSchema) =>
  schema.isTimestampSchema() ||
  schema.isBlobSchema() ||
  schema.isBooleanSchema() ||
  schema.isNumericSchema() ||
  schema.isStringSchema();
