import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../cases');

/** One folder of `test/cases/<behaviour>`: its input files, and the expected result. */
export interface Case {
  /** `E27-unknown-reference` becomes `unknown reference (E27)`. */
  readonly title: string;
  readonly folder: string;
  /** Returns the text of a file of the case, or undefined if the case has no such file. */
  file(name: string): string | undefined;
  /** Returns the case's `input.json`, or `{}`. */
  input<T>(): Partial<T>;
  /** Compares a value with `expected.json`. With `UPDATE_EXPECT=1` in the environment it writes the file instead. */
  expect(actual: unknown): void;
  /** Compares a text with `expected.txt`, as `expect` does. */
  expectText(actual: string): void;
}

/** Returns every case of a behaviour, in the order of their names. */
export function casesOf(behaviour: string): Case[] {
  return readdirSync(join(ROOT, behaviour)).map((name) => caseIn(join(ROOT, behaviour, name), titleOf(name)));
}

/** Returns the behaviours whose names begin with `prefix`. */
export function behaviours(prefix: string): string[] {
  return readdirSync(ROOT).filter((name) => name.startsWith(prefix));
}

function caseIn(folder: string, title: string): Case {
  const file = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const written = (name: string, actual: string) => {
    if (process.env['UPDATE_EXPECT']) writeFileSync(join(folder, name), actual);
    return file(name);
  };
  return {
    title,
    folder,
    file,
    input: <T>() => JSON.parse(file('input.json') ?? '{}') as Partial<T>,
    expect(actual) {
      const text = `${JSON.stringify(actual, null, 2)}\n`;
      expect(JSON.parse(text)).toEqual(JSON.parse(written('expected.json', text) ?? 'null'));
    },
    expectText(actual) {
      expect(actual).toBe(written('expected.txt', actual));
    },
  };
}

function titleOf(folder: string): string {
  const [, fact, words = folder] = /^([A-HJ]\d+)-(.*)/.exec(folder) ?? [];
  const title = words.replaceAll('-', ' ');
  return fact ? `${title} (${fact})` : title;
}
