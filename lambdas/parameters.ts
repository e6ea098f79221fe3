/** The action's `UserParameters` are invalid for the function: a mistake in the pipeline, not in this run. */
export class ParametersMistake extends Error {
  override readonly name = 'ParametersMistake';
}

/** Required form of a text, and its description. */
export interface Form {
  readonly pattern: RegExp;
  readonly form: string;
}

export const STACK_NAME: Form = { pattern: /^[A-Za-z][A-Za-z0-9-]{0,127}$/, form: 'a stack name' };
/** Its pipeline and its metrics' namespace have the name of an application. */
export const APPLICATION: Form = { pattern: /^[A-Za-z0-9.@_-]{1,100}$/, form: 'the name of an application' };
export const EXECUTION_ID: Form = { pattern: /^[0-9a-f-]{36}$/, form: 'an execution id' };
export const VERSION: Form = { pattern: /^\d+\.\d+\.\d+$/, form: 'an image version' };

/** `UserParameters`: a JSON object, from which each function reads its parameters. */
export class Parameters {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(text: string | undefined) {
    const values = parse(text ?? '');
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new ParametersMistake('UserParameters is not a JSON object');
    }
    this.values = values as Readonly<Record<string, unknown>>;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** Returns a text of this form. */
  text(name: string, { pattern, form }: Form): string {
    const value = this.values[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new ParametersMistake(`UserParameters.${name} is not ${form}`);
  }

  /** As `text`, for a parameter that may be missing. */
  optionalText(name: string, form: Form): string | undefined {
    return this.has(name) ? this.text(name, form) : undefined;
  }

  /** Returns texts of this form; an empty list if the parameter is missing. */
  texts(name: string, { pattern, form }: Form): readonly string[] {
    const value = this.values[name] ?? [];
    const isGood = (item: unknown): item is string => typeof item === 'string' && pattern.test(item);
    if (Array.isArray(value) && value.every(isGood)) return value;
    throw new ParametersMistake(`UserParameters.${name} is not a list of ${form}`);
  }

  /** A whole number, 1 or more. */
  count(name: string): number {
    const value = this.values[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    throw new ParametersMistake(`UserParameters.${name} is not a whole number above 0`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
