import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../cases');

/** One folder of `test/cases/<behaviour>`: its input files, and what is expected of them. */
export interface Case {
  /** `E27-unknown-reference` becomes `E27: unknown reference`. */
  readonly title: string;
  /** The text of a file of the case; undefined where it has none of that name. */
  file(name: string): string | undefined;
  /** The case's `input.json`, or `{}`. */
  input<T>(): Partial<T>;
  /** Compares with `expected.json`; `UPDATE_EXPECT=1` writes it instead, and the diff is the review. */
  expect(actual: unknown): void;
}

/** Every case of a behaviour, in the order of their names. */
export function casesOf(behaviour: string): Case[] {
  const folder = join(ROOT, behaviour);
  return readdirSync(folder).map((name) => {
    const path = (file: string) => join(folder, name, file);
    const file = (wanted: string) => (existsSync(path(wanted)) ? readFileSync(path(wanted), 'utf8') : undefined);
    return {
      title: name.replace('-', ': ').replaceAll('-', ' '),
      file,
      input: <T>() => JSON.parse(file('input.json') ?? '{}') as Partial<T>,
      expect(actual) {
        const text = `${JSON.stringify(actual, null, 2)}\n`;
        if (process.env['UPDATE_EXPECT']) writeFileSync(path('expected.json'), text);
        expect(JSON.parse(text)).toEqual(JSON.parse(file('expected.json') ?? 'null'));
      },
    };
  });
}
