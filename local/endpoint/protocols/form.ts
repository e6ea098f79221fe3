import { determineTimestampFormat } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';

/** A form's dotted names (`Tags.member.1.Key`) as a tree. */
interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

/** Reads the body of a Query request into the shape of `schema`. The one codec that the SDK has for writing only. */
export function readForm(
  schema: NormalizedSchema,
  form: URLSearchParams,
  dialect: 'awsQuery' | 'ec2Query',
): Record<string, unknown> {
  return new FormReader(dialect === 'ec2Query').struct(schema, formTree(form));
}

function formTree(form: URLSearchParams): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

class FormReader {
  constructor(private readonly ec2: boolean) {}

  struct(schema: NormalizedSchema, node: FormNode): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const child = node.children.get(this.wireName(name, member));
      if (child) result[name] = this.read(member, child);
    }
    return result;
  }

  private wireName(name: string, member: NormalizedSchema): string {
    const traits = member.getMergedTraits();
    if (!this.ec2) return traits.xmlName ?? name;
    const own = traits['ec2QueryName'] as string | undefined;
    const fallback = traits.xmlName ?? name;
    return own ?? fallback.charAt(0).toUpperCase() + fallback.slice(1);
  }

  private read(schema: NormalizedSchema, node: FormNode): unknown {
    if (schema.isStructSchema()) return this.struct(schema, node);
    if (schema.isListSchema()) return this.list(schema, node);
    if (schema.isMapSchema()) return this.map(schema, node);
    return scalar(schema, node.value ?? '');
  }

  private list(schema: NormalizedSchema, node: FormNode): unknown[] {
    const item = schema.getValueSchema();
    const flat = this.ec2 || schema.getMergedTraits().xmlFlattened;
    // botocore writes "member" even if the model renames the item.
    const named = node.children.get(item.getMergedTraits().xmlName ?? 'member') ?? node.children.get('member');
    return numbered(flat ? node : named).map((child) => this.read(item, child));
  }

  private map(schema: NormalizedSchema, node: FormNode): Record<string, unknown> {
    const value = schema.getValueSchema();
    const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const valueName = value.getMergedTraits().xmlName ?? 'value';
    const flat = schema.getMergedTraits().xmlFlattened;
    const entries = numbered(flat ? node : node.children.get('entry'));
    return Object.fromEntries(
      entries.map((entry) => [
        entry.children.get(keyName)?.value ?? '',
        this.read(value, entry.children.get(valueName) ?? { children: new Map() }),
      ]),
    );
  }
}

/** Children named 1, 2, 3 …, in the order of their numbers. */
function numbered(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

const EPOCH_SECONDS = 7;
const TIMESTAMPS = { timestampFormat: { useTrait: true, default: 5 } } as const;

function scalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === 'true';
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBigIntegerSchema()) return BigInt(text);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  if (schema.isTimestampSchema()) {
    const seconds = determineTimestampFormat(schema, TIMESTAMPS) === EPOCH_SECONDS;
    return seconds ? new Date(Number(text) * 1000) : new Date(text);
  }
  return text;
}
