import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractZip, readZip, writeZip, type ZipSource } from '../../../local/kernel/zip';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zip-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const entries: ZipSource[] = [
  { path: 'bin/run.sh', kind: 'file', mode: 0o755, data: Buffer.from('#!/bin/sh\n') },
  { path: 'current', kind: 'link', mode: 0o777, data: Buffer.from('bin/run.sh') },
  { path: 'empty', kind: 'directory', mode: 0o755, data: Buffer.alloc(0) },
  { path: 'größe ☃.txt', kind: 'file', mode: 0o644, data: Buffer.alloc(100_000, 'x') },
];

test('an archive keeps names, content, permissions, links and empty directories', async () => {
  await extractZip(await writeZip(entries), directory);
  expect(statSync(join(directory, 'bin/run.sh')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(join(directory, 'current'))).toBe('bin/run.sh');
  expect(statSync(join(directory, 'empty')).isDirectory()).toBe(true);
  expect(readFileSync(join(directory, 'größe ☃.txt'))).toHaveLength(100_000);
});

test('the same content gives the same bytes (B14)', async () => {
  expect((await writeZip(entries)).equals(await writeZip(entries))).toBe(true);
});

test('an archive of more than 65,535 members is read back whole', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) => ({ ...entries[2]!, path: `d${index}` }));
  expect(readZip(await writeZip(many))).toHaveLength(70_000);
});

test.each(['../outside', '/etc/passwd', 'a/../../b'])(
  'a path that leaves the directory is refused: %s',
  async (path) => {
    const archive = await writeZip([{ ...entries[0]!, path }]);
    await expect(extractZip(archive, join(directory, 'inside'))).rejects.toThrow(`a path outside of it: ${path}`);
  },
);

test('no file is written through a link in the same archive', async () => {
  const archive = await writeZip([
    { path: 'out', kind: 'link', mode: 0o777, data: Buffer.from(directory) },
    { path: 'out/escaped', kind: 'file', mode: 0o644, data: Buffer.from('x') },
  ]);
  await expect(extractZip(archive, join(directory, 'inside'))).rejects.toThrow();
});

test('a file that is no zip archive is refused', async () => {
  await expect(extractZip(Buffer.from('hello'), directory)).rejects.toThrow('not a zip archive');
});
