/** Settings that cannot be followed: one line for each, with its path, what is wrong, and what would be right. */
export class SettingsMistake extends Error {
  override readonly name = 'SettingsMistake';

  constructor(readonly mistakes: readonly string[]) {
    super(`The settings (infra/settings.ts) need a correction:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** Collects mistakes, so that one run names them all. */
export class Mistakes {
  private readonly found: string[] = [];

  add(path: string, wrong: string, right: string): void {
    this.found.push(`${path}: ${wrong}; ${right}`);
  }

  /** The fields of an object that has all of `fields` and no others, each other case being a mistake. */
  object<K extends string>(path: string, value: unknown, fields: readonly K[]): Record<K, unknown> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(path, `${show(value)} is not an object`, `give it ${fields.join(', ')}`);
      return undefined;
    }
    for (const field of Object.keys(value)) {
      if (!(fields as readonly string[]).includes(field)) {
        this.add(join(path, field), 'there is no such setting', `${path} has ${fields.join(', ')}`);
      }
    }
    return value as Record<K, unknown>;
  }

  /** Whether the value is a text of this form. `right` says the form in words. */
  text(path: string, value: unknown, form: { pattern: RegExp; right: string }): value is string {
    if (typeof value === 'string' && form.pattern.test(value)) return true;
    this.add(path, `${show(value)} cannot be used`, `use ${form.right}`);
    return false;
  }

  /** Whether the value is a whole number from 1 to `most`. */
  count(path: string, value: unknown, most: number): value is number {
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return true;
    this.add(path, `${show(value)} cannot be used`, `use a whole number from 1 to ${most}`);
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
