import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

test('a machine without git is named as such', () => {
  const module = join(__dirname, '../../../local/commands/head');
  const script = `try { require(${JSON.stringify(module)}).readHead('/tmp') } catch (error) { console.log(error.message) }`;
  const options = { encoding: 'utf8', env: { PATH: project }, cwd: join(__dirname, '../../..') } as const;
  const output = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], options);
  expect(output).toBe('git: is not in the PATH — install git\n');
});

test('a project of another user is named as such, with the command that permits it', () => {
  git('init', '--quiet');
  // Only root can give a directory away: another user has to look at one of root's.
  if (process.getuid?.() === 0) chownSync(project, 54321, 54321);
  else return;
  expect(() => readHead(project)).toThrow(
    `${project}: belongs to another user, so git does not read it — run this as its owner, or: git config --global --add safe.directory ${project}`,
  );
});
