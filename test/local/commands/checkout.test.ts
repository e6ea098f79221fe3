import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOut } from '../../../local/commands/checkout';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'checkout-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the checkout holds the committed files, and nothing of the working tree or of an earlier checkout', () => {
  const [project, checkout] = [join(directory, 'project'), join(directory, 'checkout')];
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: project });
  mkdirSync(join(project, 'infra'), { recursive: true });
  mkdirSync(join(project, 'node_modules', 'constructs'), { recursive: true });
  writeFileSync(join(project, '.gitignore'), 'node_modules\n');
  writeFileSync(join(project, 'infra', 'settings.ts'), 'dev');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'One environment');
  writeFileSync(join(project, 'infra', 'settings.ts'), 'dev, qa');
  writeFileSync(join(project, 'infra', 'new.ts'), '');
  mkdirSync(checkout);
  writeFileSync(join(checkout, 'earlier'), '');

  checkOut(project, checkout);
  expect(readFileSync(join(checkout, 'infra', 'settings.ts'), 'utf8')).toBe('dev');
  expect(existsSync(join(checkout, 'infra', 'new.ts'))).toBe(false);
  expect(existsSync(join(checkout, 'earlier'))).toBe(false);
  expect(existsSync(join(checkout, 'node_modules', 'constructs'))).toBe(true);
});
