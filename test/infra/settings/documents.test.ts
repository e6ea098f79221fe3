import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { environmentsElsewhere } from '../../../infra/settings/places';
import type { Settings } from '../../../infra/settings/types';
import { changed, mistakes, type OpenEnvironment } from './mistaken';

const documents = ['README.md', 'docs/settings.md', 'docs/accounts-and-regions.md']
  .map((file) => readFileSync(join(__dirname, '../../..', file), 'utf8'))
  .join('\n');
const [list, full] = [...documents.matchAll(/```ts\n(environments: \[|\{)\n([\s\S]*?)```/g)].map(([, begin, rest]) =>
  (begin === '{' ? `[{${rest}]` : `[${rest}`).replace(/,\s*\]$|\],\s*$/, ']'),
);

test.each([
  ['README.md', list],
  ['docs/settings.md', full],
])('%s shows environments that are valid', (_title, text) => {
  const environments = JSON.parse(JSON.stringify(runInNewContext(text!))) as OpenEnvironment[];
  expect(environments.length).toBeGreaterThan(0);
  expect(mistakes(changed((settings) => (settings.environments = environments)))).toEqual([]);
});

test('docs/accounts-and-regions.md shows valid settings, with one environment in another account', () => {
  const [, text] = /```ts\n(account: [\s\S]*?)```/.exec(documents) ?? [];
  const shown = JSON.parse(JSON.stringify(runInNewContext(`({${text}})`))) as Partial<Settings>;
  const settings = changed((all) => Object.assign(all, shown));
  expect(mistakes(settings)).toEqual([]);
  const places = environmentsElsewhere(settings as unknown as Settings);
  expect(places.map(({ environment }) => environment.name)).toEqual(['prod']);
});
