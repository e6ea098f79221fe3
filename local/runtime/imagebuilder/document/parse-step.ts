import { ACTIONS, WINDOWS_ACTIONS } from './actions';
import type { ActionName, Branch, Condition, Json, Loop, OnFailure, Step } from './document';
import { expressionMistake } from './expression';
import { parseInputs } from './parse-inputs';
import type { Path } from './source';
import type { StepSource } from './step-source';

/** Checks one step (D2) for every mistake that is visible before a run. */
export function parseStep(raw: Record<string, Json>, source: StepSource): Step {
  const unknown = Object.keys(raw).find((key) => !STEP_KEYS.includes(key));
  if (unknown !== undefined) throw source.mistake([unknown], `'${unknown}' is not known in a step`);
  const action = parseAction(source);
  return {
    name: source.name,
    action,
    inputs: parseInputs(action, raw['inputs'], source),
    ...parseLimits(action, raw, source),
    onFailure: oneOf<OnFailure>(source, 'onFailure', ['Abort', 'Continue', 'Ignore']) ?? 'Abort',
    ...('if' in raw ? { condition: parseCondition(raw['if'] ?? null, source) } : {}),
    ...('loop' in raw ? { loop: parseLoop(raw['loop'] ?? null, source) } : {}),
    quiet: source.quiet || raw['disableLogging'] === true,
  };
}

const STEP_KEYS = [
  ...['name', 'action', 'inputs', 'timeoutSeconds', 'onFailure', 'maxAttempts', 'if', 'loop', 'disableLogging'],
];
const DEFAULT_TIMEOUT_SECONDS = 7200;
const DELIMITERS = '.,;:\n\t -_';

function parseAction(source: StepSource): ActionName {
  const name = source.text(['action']);
  if (name === undefined) throw source.mistake([], "it has no 'action'");
  if (Object.hasOwn(ACTIONS, name)) return name as ActionName;
  if (WINDOWS_ACTIONS.includes(name)) throw source.mistake(['action'], `Action ${name} exists on Windows only`);
  throw source.mistake(['action'], `Action ${name} does not exist; there are ${Object.keys(ACTIONS).join(', ')}`);
}

function parseLimits(
  action: ActionName,
  raw: Record<string, Json>,
  source: StepSource,
): { timeoutSeconds: number; maxAttempts: number } {
  const nested = action === 'ExecuteDocument';
  const timeoutSeconds = raw['timeoutSeconds'] ?? (nested ? -1 : DEFAULT_TIMEOUT_SECONDS);
  const maxAttempts = raw['maxAttempts'] ?? 1;
  if (
    typeof timeoutSeconds !== 'number' ||
    !Number.isInteger(timeoutSeconds) ||
    timeoutSeconds < -1 ||
    timeoutSeconds === 0
  ) {
    throw source.mistake(['timeoutSeconds'], "'timeoutSeconds' must be a whole number above 0, or -1 for no limit");
  }
  if (typeof maxAttempts !== 'number' || !Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw source.mistake(['maxAttempts'], "'maxAttempts' must be a whole number above 0");
  }
  if (nested && (timeoutSeconds !== -1 || maxAttempts !== 1)) {
    const key = timeoutSeconds !== -1 ? 'timeoutSeconds' : 'maxAttempts';
    throw source.mistake([key], `ExecuteDocument has timeoutSeconds -1 and maxAttempts 1, which cannot be changed`);
  }
  return { timeoutSeconds, maxAttempts };
}

function parseCondition(value: Json, source: StepSource): Condition {
  if (!value || typeof value !== 'object' || Array.isArray(value)) throw source.mistake(['if'], "'if' must be a map");
  const { then: _then, else: _else, ...expression } = value;
  const wrong = expressionMistake(expression);
  if (wrong) throw source.mistake(['if'], wrong);
  const branches: Branch[] = ['Abort', 'Execute', 'Skip'];
  return {
    expression,
    whenTrue: oneOf<Branch>(source, ['if', 'then'], branches) ?? 'Execute',
    whenFalse: oneOf<Branch>(source, ['if', 'else'], branches) ?? 'Skip',
  };
}

function parseLoop(value: Json, source: StepSource): Loop {
  if (!value || typeof value !== 'object' || Array.isArray(value))
    throw source.mistake(['loop'], "'loop' must be a map");
  const { name: _name, ...kinds } = value;
  const name = source.text(['loop', 'name']);
  const [kind, ...more] = Object.keys(kinds);
  if (more.length > 0 || (kind !== 'for' && kind !== 'forEach')) {
    throw source.mistake(['loop'], "'loop' has one of 'for' and 'forEach', and may have a 'name'");
  }
  const over =
    kind === 'for' ? parseRange(kinds['for'] ?? null, source) : parseForEach(kinds['forEach'] ?? null, source);
  return { ...(name ? { name } : {}), over };
}

function parseRange(value: Json, source: StepSource): Loop['over'] {
  const at = ['loop', 'for'];
  const { start, end, updateBy, ...rest } = (typeof value === 'object' ? value : null) as Record<string, Json>;
  const whole = (number: Json | undefined): number => {
    if (typeof number === 'number' && Number.isInteger(number)) return number;
    throw source.mistake(at, "'for' needs 'start', 'end' and 'updateBy' as whole numbers");
  };
  const range = { kind: 'range' as const, start: whole(start), end: whole(end), updateBy: whole(updateBy) };
  const unknown = Object.keys(rest)[0];
  if (unknown) throw source.mistake([...at, unknown], `'${unknown}' is not known in 'for'`);
  if (range.updateBy === 0 || Math.sign(range.end - range.start) === -Math.sign(range.updateBy)) {
    throw source.mistake(at, `counting from ${range.start} by ${range.updateBy} never arrives at ${range.end}`);
  }
  return range;
}

function parseForEach(value: Json, source: StepSource): Loop['over'] {
  const at = ['loop', 'forEach'];
  if (Array.isArray(value)) {
    const values = value.map((_, index) => source.text([...at, index]));
    if (values.length === 0 || values.some((item) => item === undefined)) {
      throw source.mistake(at, "'forEach' takes a list of strings (a reference must be in quotes)");
    }
    return { kind: 'list', values: values as string[] };
  }
  const list = source.text([...at, 'list']);
  const delimiter = source.text([...at, 'delimiter']) ?? ',';
  if (list === undefined)
    throw source.mistake(at, "'forEach' takes a list of strings, or a map with 'list' and 'delimiter'");
  if (delimiter.length !== 1 || !DELIMITERS.includes(delimiter)) {
    throw source.mistake([...at, 'delimiter'], `'delimiter' must be one of ${JSON.stringify(DELIMITERS)}`);
  }
  return { kind: 'delimited', list, delimiter };
}

function oneOf<T extends string>(source: StepSource, key: string | Path, allowed: readonly T[]): T | undefined {
  const path = typeof key === 'string' ? [key] : key;
  const text = source.text(path);
  if (text === undefined || (allowed as readonly string[]).includes(text)) return text as T | undefined;
  throw source.mistake(path, `'${path.at(-1)}' must be ${allowed.join(', ')}, not '${text}'`);
}
