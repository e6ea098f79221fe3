import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { declared } from '../../synthesized';

const bundles = () => {
  const { directory } = declared().synth();
  const assets = readdirSync(directory).filter((file) => file.startsWith('asset.'));
  return assets.sort().map((asset) => ({ asset, code: readFileSync(join(directory, asset, 'index.js'), 'utf8') }));
};

test('each function is bundled into one file that is the same in every build', () => {
  const first = bundles();
  expect(first).toHaveLength(4);
  expect(bundles()).toEqual(first);
});

test('a bundle contains no trace of the machine that built it', () => {
  for (const { code } of bundles()) {
    expect(code).not.toContain(join(__dirname, '../../../..'));
    expect(code).not.toMatch(/sourceMappingURL|\/node_modules\//);
  }
});

test('a bundle has a handler, and needs only Node.js', () => {
  for (const { code } of bundles()) {
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name!);
    const missing = required.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
    // The SDK tries this one for signatures that span regions, and does without.
    expect(missing.filter((name) => name !== '@aws-sdk/signature-v4-crt')).toEqual([]);
    expect(code).toMatch(/handler:\(\)=>/);
  }
});
