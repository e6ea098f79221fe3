import { isObject } from './function-call';
import type { Json } from './template';
import { type Path, pointer, TemplateError } from './template-error';

/** Refuses anything but a map at `path`. */
export function requireMap(value: Json, path: Path): { [key: string]: Json } {
  if (isObject(value)) return value;
  throw new TemplateError(`Template format error: [${pointer(path)}] Every ${path[0]} member must be a map.`, path);
}

/** Refuses a logical name that CloudFormation refuses, at the end of `path`. Condition names have fewer limits. */
export function checkName(path: Path, what: string): void {
  const name = String(path.at(-1));
  if (!(what === 'Condition' ? /^[A-Za-z0-9:-]{1,255}$/ : /^[A-Za-z0-9]{1,255}$/).test(name)) {
    throw new TemplateError(`Template format error: ${what} name ${name} is non alphanumeric.`, path);
  }
}
