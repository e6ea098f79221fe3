import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let directory: string;
let npm: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'packages-')));
  mkdirSync(join(directory, 'app'));
  writeFileSync(join(directory, 'app/package.json'), '{}');
  writeFileSync(join(directory, 'app/package-lock.json'), '{"lock":1}');
  // An npm that only tells what it was asked for.
  mkdirSync(join(directory, 'bin'));
  npm = join(directory, 'bin/npm');
  writeFileSync(
    npm,
    '#!/bin/bash\necho "$@" >>"$ASKED"\n[ -z "$FAILS" ] || exit 3\nmkdir node_modules\ncp package-lock.json node_modules/\n',
  );
  chmodSync(npm, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const asked = 'asked';
function install(options: string[] = [], fails = ''): number | null {
  const env = { PATH: `${join(directory, 'bin')}:${process.env['PATH']}`, ASKED: join(directory, asked), FAILS: fails };
  const script = join(__dirname, '../../buildspecs/install-packages.sh');
  return spawnSync('bash', [script, 'app', ...options], { cwd: directory, env }).status;
}
const calls = () => readFileSync(join(directory, asked), 'utf8').trim().split('\n');
const installed = () => readFileSync(join(directory, 'app/node_modules/package-lock.json'), 'utf8');

test('packages are installed once for each lock file', () => {
  expect([install(), install(), install()]).toEqual([0, 0, 0]);
  expect(calls()).toEqual(['ci --no-audit --no-fund']);
  expect(installed()).toBe('{"lock":1}');
});

test('a changed lock file or changed options install the packages again', () => {
  install();
  writeFileSync(join(directory, 'app/package-lock.json'), '{"lock":2}');
  install();
  expect(installed()).toBe('{"lock":2}');
  install(['--omit=dev']);
  expect(calls()).toEqual([...Array(2).fill('ci --no-audit --no-fund'), 'ci --no-audit --no-fund --omit=dev']);
});

test('a failed installation is tried again, and then fails the build', () => {
  expect(install([], 'yes')).toBe(3);
  expect(install()).toBe(0);
  expect(calls()).toHaveLength(2);
});
