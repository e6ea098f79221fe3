import type { TemplateSource, TextPlace } from './place';
import type { Json } from './template';
import { type Path, TemplateError } from './template-error';
import { readYaml } from './yaml';

/** Reads JSON (a text that begins with a brace, as CloudFormation decides it) or YAML. */
export function readSource(text: string): TemplateSource {
  try {
    const source = text.trimStart().startsWith('{') ? readJson(text) : readYaml(text);
    refuseDepth(source.value);
    return source;
  } catch (error) {
    throw /call stack/.test(String(error)) ? tooDeep() : error;
  }
}

/** Everything that reads a template descends into it by calling itself (*choice*). */
const DEEPEST = 256;

function refuseDepth(value: Json): void {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw tooDeep();
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}

function tooDeep(): TemplateError {
  return new TemplateError(`Template format error: it is nested more than ${DEEPEST} levels deep.`);
}

function readJson(text: string): TemplateSource {
  try {
    return { value: JSON.parse(text) as Json, place: (path) => placeInJson(text, path) };
  } catch (error) {
    throw new TemplateError(`Template format error: JSON not well-formed.${placeOfJsonError(text, error)}`);
  }
}

/** JSON is nearly always YAML too, and there it has places. Where it is not, the message does without one. */
function placeInJson(text: string, path: Path): TextPlace | undefined {
  try {
    return readYaml(text).place(path);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function placeOfJsonError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position =
    /at position (\d+)/.exec(message)?.[1] ?? (/end of JSON input/.test(message) ? text.length : undefined);
  if (position === undefined) return ` ${message}`;
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}
