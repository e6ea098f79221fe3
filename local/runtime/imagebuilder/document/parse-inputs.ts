import { ACTIONS, type ActionModule, type InputField } from './actions';
import type { ActionName, Json } from './document';
import { expressionMistake } from './expression';
import { bracesIn } from './references';
import type { Path } from './source';
import type { StepSource } from './step-source';

/** A step's inputs, in the shape its action takes, each value brought to its type. References stay in them. */
export function parseInputs(action: ActionName, raw: Json | undefined, source: StepSource): Json {
  const module: ActionModule = ACTIONS[action];
  const missing = raw === undefined || raw === null || (Array.isArray(raw) && raw.length === 0);
  if (missing && module.inputsRequired) {
    throw source.mistake(['inputs'], `Action ${action} has no inputs; it requires an 'inputs'`);
  }
  if (missing) return {};
  if (module.shape === 'expression') {
    const wrong = expressionMistake(raw);
    if (wrong) throw source.mistake(['inputs'], wrong);
    return raw;
  }
  if (module.shape === 'object') return parseObject(raw, { action, module, path: ['inputs'], source });
  if (!Array.isArray(raw)) throw source.mistake(['inputs'], `the inputs of action ${action} must be a list`);
  return raw.map((item, index) => parseObject(item, { action, module, path: ['inputs', index], source }));
}

interface Where {
  readonly action: ActionName;
  readonly module: ActionModule;
  readonly path: Path;
  readonly source: StepSource;
}

function parseObject(raw: Json, where: Where): Json {
  const { action, module, path, source } = where;
  if (!raw || typeof raw !== 'object' || Array.isArray(raw)) {
    throw source.mistake(
      path,
      `the inputs of action ${action} must be ${module.shape === 'list' ? 'a list of maps' : 'a map'}`,
    );
  }
  const unknown = Object.keys(raw).find((key) => !Object.hasOwn(module.fields, key));
  if (unknown !== undefined) {
    const known = Object.keys(module.fields).join(', ');
    throw source.mistake([...path, unknown], `Action ${action} has no input '${unknown}'; it has ${known}`);
  }
  const result: Record<string, Json> = {};
  for (const [key, field] of Object.entries(module.fields)) {
    const value = raw[key] ?? null;
    if (value === null && field.required) throw source.mistake(path, `Action ${action} requires the input '${key}'`);
    if (value !== null) result[key] = parseField(value, field, { ...where, path: [...path, key] });
  }
  return result;
}

function parseField(value: Json, field: InputField, where: Where): Json {
  const { path, source } = where;
  const wrong = (expected: string) =>
    source.mistake(path, `input '${path.at(-1)}' of action ${where.action} must be ${expected}`);
  const text = (at: Path): string => {
    const scalar = source.text(at);
    if (scalar === undefined) throw wrong('a string (a reference must be in quotes)');
    return scalar;
  };
  switch (field.type) {
    case 'string': {
      const scalar = text(path);
      const open = bracesIn(scalar).length > 0;
      if (field.allowed && !open && !field.allowed.pattern.test(scalar))
        throw wrong(`${field.allowed.expected}, not '${scalar}'`);
      return scalar;
    }
    case 'boolean':
      if (typeof value === 'boolean' || (typeof value === 'string' && /^(true|false|.*\{\{.*)$/i.test(value)))
        return value;
      throw wrong('true or false');
    case 'integer':
      if ((typeof value === 'number' && Number.isInteger(value) && value >= 0) || bracesIn(value).length > 0)
        return value;
      throw wrong('a whole number');
    case 'strings':
      if (!Array.isArray(value)) throw wrong('a list of strings');
      return value.map((_, index) => text([...path, index]));
    case 'parameters':
      if (!Array.isArray(value)) throw wrong("a list of 'name' and 'value'");
      return value.map((_, index) => ({
        name: text([...path, index, 'name']),
        value: text([...path, index, 'value']),
      }));
  }
}
