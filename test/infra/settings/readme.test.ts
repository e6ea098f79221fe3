import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { environmentsElsewhere } from '../../../infra/settings/places';
import type { Settings } from '../../../infra/settings/types';
import { changed, mistakes, type OpenEnvironment } from './mistaken';

const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
const [list, full] = [...readme.matchAll(/```ts\n(environments: \[|\{)\n([\s\S]*?)```/g)].map(([, begin, rest]) =>
  (begin === '{' ? `[{${rest}]` : `[${rest}`).replace(/,\s*\]$|\],\s*$/, ']'),
);

test.each([
  ['the shortest environments', list],
  ['the environment with everything', full],
])('what the README shows as %s is right', (_title, text) => {
  const environments = JSON.parse(JSON.stringify(runInNewContext(text!))) as OpenEnvironment[];
  expect(environments.length).toBeGreaterThan(0);
  expect(mistakes(changed((settings) => (settings.environments = environments)))).toEqual([]);
});

test('what the README shows as environments elsewhere is right, and one of them is', () => {
  const [, text] = /```ts\n(account: [\s\S]*?)```/.exec(readme) ?? [];
  const shown = JSON.parse(JSON.stringify(runInNewContext(`({${text}})`))) as Partial<Settings>;
  const settings = changed((all) => Object.assign(all, shown));
  expect(mistakes(settings)).toEqual([]);
  const places = environmentsElsewhere(settings as unknown as Settings);
  expect(places.map(({ environment }) => environment.name)).toEqual(['prod']);
});
