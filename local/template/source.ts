import type { TemplateSource, TextPlace } from './place';
import type { Json } from './template';
import { type Path, TemplateError } from './template-error';
import { readYaml } from './yaml';

/** Reads JSON (a text that begins with a brace, as CloudFormation decides it) or YAML. */
export function readSource(text: string): TemplateSource {
  return text.trimStart().startsWith('{') ? readJson(text) : readYaml(text);
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
