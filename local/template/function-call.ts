import type { Json } from './template';

export interface FunctionCall {
  /** `Ref`, `Fn::Join`, `Condition` … */
  readonly name: string;
  readonly argument: Json;
}

/** An object that is only one function: `{ "Ref": … }`, `{ "Fn::…": … }`. */
export function functionCall(value: Json): FunctionCall | undefined {
  const entry = onlyEntry(value);
  return entry && (entry[0] === 'Ref' || entry[0].startsWith('Fn::'))
    ? { name: entry[0], argument: entry[1] }
    : undefined;
}

/** As `functionCall`, with `{ "Condition": NAME }`, which is a function only among conditions (IAM has a key like it). */
export function conditionCall(value: Json): FunctionCall | undefined {
  const entry = onlyEntry(value);
  return entry?.[0] === 'Condition' ? { name: 'Condition', argument: entry[1] } : functionCall(value);
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function onlyEntry(value: Json): [string, Json] | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}
