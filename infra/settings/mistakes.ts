/** Settings with mistakes: one line for each, with its path, the mistake, and the correct form. */
export class SettingsMistake extends Error {
  override readonly name = 'SettingsMistake';

  constructor(readonly mistakes: readonly string[]) {
    super(`The settings (infra/settings.ts) need a correction:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** The fields that an object has: those that it must have, and those that have a default. */
export interface Fields<K extends string, O extends string> {
  readonly needed: readonly K[];
  readonly optional?: readonly O[];
}

/** From (or above) a number, up to another one. */
interface Bounds {
  readonly from?: number;
  readonly above?: number;
  readonly to: number;
  readonly fractions?: boolean;
}

/** Collects mistakes, so that one run names all. */
export class Mistakes {
  private readonly found: string[] = [];

  add(path: string, wrong: string, right: string): void {
    this.found.push(`${path}: ${wrong}; ${right}`);
  }

  /** Returns the value as an object with only these fields; every other case is a mistake. */
  object<K extends string, O extends string = never>(
    path: string,
    value: unknown,
    { needed, optional = [] }: Fields<K, O>,
  ): Record<K | O, unknown> | undefined {
    const fields: readonly string[] = [...needed, ...optional];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(path, `${show(value)} is not an object`, `give it ${(needed.length > 0 ? needed : fields).join(', ')}`);
      return undefined;
    }
    for (const field of Object.keys(value)) {
      if (!fields.includes(field)) {
        this.add(join(path, field), 'there is no such setting', `${path} has ${fields.join(', ')}`);
      }
    }
    return value as Record<K | O, unknown>;
  }

  /** True if the value is a text of this form. `right` describes the form. */
  text(path: string, value: unknown, form: { pattern: RegExp; right: string }): value is string {
    if (typeof value === 'string' && form.pattern.test(value)) return true;
    this.add(path, `${show(value)} cannot be used`, `use ${form.right}`);
    return false;
  }

  /** True if the value is a whole number from 1 to `most`. */
  count(path: string, value: unknown, most: number): value is number {
    return this.number(path, value, { from: 1, to: most });
  }

  /** True if the value is a number within these bounds. Whole ones only, unless `fractions` are fine too. */
  number(path: string, value: unknown, bounds: Bounds): value is number {
    const { above = Number.NEGATIVE_INFINITY, from = Number.NEGATIVE_INFINITY, to, fractions = false } = bounds;
    const number = typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    const whole = fractions || Number.isInteger(number);
    if (number !== undefined && whole && number > above && number >= from && number <= to) return true;
    const kind = fractions ? 'number' : 'whole number';
    const range = bounds.above === undefined ? `from ${from} to ${to}` : `above ${above}, up to ${to}`;
    this.add(path, `${show(value)} cannot be used`, `use a ${kind} ${range}`);
    return false;
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw new SettingsMistake(this.found);
  }
}

/** A value as a message shows it. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function join(path: string, field: string): string {
  return path === 'settings' ? field : `${path}.${field}`;
}
