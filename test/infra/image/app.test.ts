import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly name: string;
  readonly action: string;
  readonly onFailure?: string;
  readonly inputs: { readonly commands?: string[] };
}

const text = readFileSync(join(__dirname, '../../../infra/image/app.yml'), 'utf8');
const document = parse(text) as { parameters: Record<string, unknown>[]; phases: { name: string; steps: Step[] }[] };
const steps = document.phases.flatMap((phase) => phase.steps);

test('the image is built, validated, and tested on a fresh instance (D4)', () => {
  expect(document.phases.map(({ name }) => name)).toEqual(['build', 'validate', 'test']);
});

test('the document fits into a template (D33)', () => {
  expect(text.length).toBeLessThan(16_000);
});

test('every script is one command that ends at its first failure (D10)', () => {
  const scripts = steps.filter(({ action }) => action === 'ExecuteBash').map(({ inputs }) => inputs.commands ?? []);
  expect(scripts.length).toBeGreaterThan(3);
  for (const commands of scripts) expect(commands).toEqual([expect.stringMatching(/^set -euo pipefail\n/)]);
});

test('a failure ends the bake (D3)', () => {
  for (const { onFailure } of steps) expect(onFailure).toBeUndefined();
});

test('the document uses only its parameters', () => {
  const declared = document.parameters.flatMap(Object.keys).sort();
  const used = new Set([...text.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name));
  expect([...used].sort()).toEqual(declared);
});
