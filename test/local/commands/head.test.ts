import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHead } from '../../../local/commands/head';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'head-'));
});
afterEach(() => rmSync(project, { recursive: true }));

function git(...args: string[]): string {
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...author, ...args], { cwd: project, encoding: 'utf8' }).trim();
}

test('the head is the last commit, with the uncommitted files', () => {
  git('init', '--quiet');
  writeFileSync(join(project, 'kept'), 'one');
  git('add', '.');
  git('commit', '--quiet', '--message', 'A subject\n\nA body');
  const commitId = git('rev-parse', 'HEAD');
  expect(readHead(project)).toEqual({ commitId, subject: 'A subject', uncommitted: [] });

  writeFileSync(join(project, 'kept'), 'changed');
  writeFileSync(join(project, 'new'), '');
  expect(readHead(project)).toEqual({ commitId, subject: 'A subject', uncommitted: ['kept', 'new'] });
});

test.each([
  ['a directory that is no clone', () => {}],
  ['a clone without a commit', () => git('init', '--quiet')],
])('a project %s has nothing to run, and the error names the next step', (_title, prepare) => {
  prepare();
  expect(() => readHead(project)).toThrow(`${project}: has no commit to run: fatal: `);
  expect(() => readHead(project)).toThrow('git init, git add and git commit first');
});
