import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar, type YAMLMap } from 'yaml';
import { type TemplateSource, type TextPlace, written } from './place';
import type { Json } from './template';
import { type Path, TemplateError } from './template-error';

/**
 * Reads YAML 1.1 as CloudFormation takes it: short forms become the long ones, aliases are refused, dates stay text.
 * Values of plain scalars are decided here and not by a YAML schema, see `plainValue`.
 */
export function readYaml(text: string): TemplateSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', prettyErrors: false });
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const broken = (offset: number, why: string) =>
    new TemplateError(`Template format error: YAML not well-formed.${written(placeAt(offset))} ${why}`);

  const [error] = document.errors;
  if (error) throw broken(error.pos[0], error.message);
  return {
    value: toJson(document.contents, broken),
    place(path) {
      const offset = offsetOf(document.contents, path);
      return offset === undefined ? undefined : placeAt(offset);
    },
  };
}

type Broken = (offset: number, why: string) => TemplateError;

function toJson(node: unknown, broken: Broken): Json {
  const offset = offsetIn(node) ?? 0;
  // [K] CloudFormation's own message.
  if (isAlias(node))
    throw new TemplateError('Template error: YAML aliases are not allowed in CloudFormation templates');
  const value = content(node, broken);
  const tag = tagOf(node);
  if (tag === undefined || tag.startsWith('tag:yaml.org,2002:')) {
    if (tag && UNSUPPORTED_TAGS.test(tag)) throw broken(offset, `the tag ${tag} is not supported in a template`);
    return value;
  }
  const name = longForm(tag);
  return { [name]: name === 'Fn::GetAtt' && typeof value === 'string' ? splitAttribute(value) : value };
}

/** E27: CloudFormation's YAML has no binary, omap, pairs, set and timestamp. */
const UNSUPPORTED_TAGS = /:(binary|omap|pairs|set|timestamp|merge)$/;

function content(node: unknown, broken: Broken): Json {
  if (isMap(node)) return Object.fromEntries(entriesOf(node, broken));
  if (isSeq(node)) return node.items.map((item) => toJson(item, broken));
  if (!isScalar(node)) return null;
  const text = String(node.value ?? '');
  const plain = node.type === Scalar.PLAIN && !tagOf(node)?.endsWith(':str') && !tagOf(node)?.startsWith('!');
  return plain ? plainValue(text) : text;
}

function entriesOf(map: YAMLMap, broken: Broken): [string, Json][] {
  return map.items.map((pair) => {
    if (!isScalar(pair.key)) throw broken(offsetIn(pair.key) ?? offsetIn(map) ?? 0, 'a key must be plain text');
    return [String(pair.key.value), toJson(pair.value, broken)];
  });
}

/**
 * Returns the value of an unquoted scalar. Booleans are those of YAML 1.1. A number stays one only if this preserves
 * its text: `1.10`, `0123`, `1e3` and `10:30` are texts, so that versions, account ids and ports stay unchanged.
 */
function plainValue(text: string): Json {
  if (/^(~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text)) return false;
  return /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

/** The explicit tag of a node: `!Ref`, `tag:yaml.org,2002:str`, or undefined. */
function tagOf(node: unknown): string | undefined {
  const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
  return tag === '!' ? undefined : tag;
}

/** `!Ref` and `!Condition` become keys of that name, every other `!X` becomes `Fn::X`. */
function longForm(tag: string): string {
  const name = tag.slice(1);
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

/** `Logical.Attribute.Nested` to its logical id and its attribute. */
function splitAttribute(text: string): Json {
  const dot = text.indexOf('.');
  return dot < 0 ? text : [text.slice(0, dot), text.slice(dot + 1)];
}

function offsetIn(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/** Follows `path` as far as possible; a short form stands for one step that the text does not contain. */
function offsetOf(node: unknown, path: Path): number | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return offsetIn(node);
  const tag = tagOf(node);
  if (tag?.startsWith('!') && longForm(tag) === step) return offsetOf(node, rest);
  if (isSeq(node)) return offsetOf(node.items[Number(step)], rest) ?? offsetIn(node);
  if (!isMap(node)) return offsetIn(node);
  const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
  if (!pair) return offsetIn(node);
  return (rest.length ? offsetOf(pair.value, rest) : undefined) ?? offsetIn(pair.key);
}
