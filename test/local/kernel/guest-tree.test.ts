import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuestTree, LeavesTree } from '../../../local/kernel/guest-tree';

let host: string;
let tree: GuestTree;
let outside: string;
beforeEach(() => {
  const place = mkdtempSync(join(tmpdir(), 'tree-'));
  host = join(place, 'src');
  outside = join(place, 'outside');
  mkdirSync(join(host, 'dist/deep'), { recursive: true });
  writeFileSync(join(host, 'dist/app.js'), 'app');
  writeFileSync(outside, 'secret');
  tree = new GuestTree(host, '/codebuild/src');
});
afterEach(() => rmSync(join(host, '..'), { recursive: true }));

describe('a path in the tree of a guest', () => {
  test.each<[what: string, links: Record<string, string>, path: string, resolved: string | undefined]>([
    ['a file', {}, 'dist/app.js', 'dist/app.js'],
    ['the tree itself', {}, '.', ''],
    ['a path with dots', {}, './dist//deep/../app.js', 'dist/app.js'],
    ['a missing file', {}, 'dist/none.js', undefined],
    ['a path below a file', {}, 'dist/app.js/x', undefined],
    ['a relative link', { out: 'dist' }, 'out/app.js', 'dist/app.js'],
    ['an absolute link, as the guest sees it', { out: '/codebuild/src/dist' }, 'out/app.js', 'dist/app.js'],
    ['a link to a link', { one: 'two', two: 'dist' }, 'one/app.js', 'dist/app.js'],
    ['a link to itself', { loop: 'loop' }, 'loop', undefined],
    ['a link upwards within the tree', { 'dist/up': '..' }, 'dist/up/dist/app.js', 'dist/app.js'],
  ])('is followed: %s', (_what, links, path, resolved) => {
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(host, name));
    expect(tree.resolve(path)).toBe(resolved);
  });

  test.each<[what: string, links: Record<string, string>, path: string]>([
    ['by dots', {}, '../outside'],
    ['by dots below a directory', {}, 'dist/../../outside'],
    ['by a relative link', { out: '../outside' }, 'out'],
    ['by an absolute link', { out: '/etc' }, 'out/passwd'],
    ['by a link to a directory above', { out: '..' }, 'out/outside'],
    ['by a link whose target begins as the tree does', { out: '/codebuild/src-of-others' }, 'out'],
    ['by a link through the tree', { out: '/codebuild/src/../../etc' }, 'out/passwd'],
    ['by a link behind a link', { one: 'dist/two', 'dist/two': '../../outside' }, 'one'],
  ])('never leaves the tree: %s', (_what, links, path) => {
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(host, name));
    expect(() => tree.resolve(path)).toThrow(LeavesTree);
  });
});

describe('a file in the tree of a guest', () => {
  test('is read with its permissions', async () => {
    expect(await tree.readFile('dist/app.js')).toEqual({ content: Buffer.from('app'), mode: 0o644 });
  });

  test('is not read if it is a pipe, a directory or a link', async () => {
    execFileSync('mkfifo', [join(host, 'pipe')]);
    symlinkSync(outside, join(host, 'link'));
    expect(await tree.readFile('pipe')).toBeUndefined();
    expect(await tree.readFile('dist')).toBeUndefined();
    await expect(tree.readFile('link')).rejects.toThrow('ELOOP');
  });
});

describe('a new directory in the tree of a guest', () => {
  test('is made with those above it', () => {
    tree.makeDirectory('dist/one/two');
    expect(readdirSync(join(host, 'dist'))).toContain('one');
  });

  test.each(['out', 'out/node_modules', 'dist/../../x'])('is not made at or below a link: %s', (path) => {
    symlinkSync('..', join(host, 'out'));
    expect(() => tree.makeDirectory(path)).toThrow(LeavesTree);
    expect(readdirSync(join(host, '..')).sort()).toEqual(['outside', 'src']);
    expect(readFileSync(outside, 'utf8')).toBe('secret');
  });
});
