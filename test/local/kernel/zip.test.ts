import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractZip, readZip, writeZip, type ZipSource } from '../../../local/kernel/zip';
import { Random } from '../../rig/random';

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

const link = (path: string, target = '/tmp'): ZipSource => {
  return { path, kind: 'link', mode: 0o777, data: Buffer.from(target) };
};
const file = (path: string): ZipSource => ({ path, kind: 'file', mode: 0o644, data: Buffer.from('x') });

test.each<[what: string, entries: ZipSource[], message: string]>([
  ['a file below a link', [link('out'), file('out/escaped')], 'holds out/escaped below out, which is a link in it'],
  ['a file below a link that comes later', [file('out/escaped'), link('out')], 'below out, which is a link'],
  ['a link below a file', [file('out'), link('out/escaped')], 'below out, which is a file'],
  ['the same path as link and file', [link('out'), file('out')], 'holds out twice'],
  ['the same path in two spellings', [link('out'), file('./a/../out')], 'holds out twice'],
  ['a name with a zero byte', [file('out\0.txt')], 'a path outside of it'],
])('an archive is refused if it holds %s', async (_what, entries, message) => {
  const archive = await writeZip(entries);
  expect(() => readZip(archive)).toThrow(message);
  await expect(extractZip(archive, join(directory, 'inside'))).rejects.toThrow(message);
});

test('no file is written through a link that is in the directory already', async () => {
  const outside = join(directory, 'outside');
  mkdirSync(join(directory, 'inside'));
  writeFileSync(outside, 'kept');
  symlinkSync(outside, join(directory, 'inside/file'));
  await expect(extractZip(await writeZip([file('file')]), join(directory, 'inside'))).rejects.toThrow('EEXIST');
  expect(readFileSync(outside, 'utf8')).toBe('kept');
});

test('a member that grows beyond the size that the archive states is refused', async () => {
  const archive = await writeZip([{ ...file('bomb'), data: Buffer.alloc(10_000_000) }]);
  const central = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  archive.writeUInt32LE(1000, central + 24);
  await expect(extractZip(archive, directory)).rejects.toThrow(/larger than 1000 bytes/);
});

test('an archive that states more content than fits into memory is refused', async () => {
  const archive = await writeZip([file('bomb')]);
  archive.writeUInt32LE(0xfffffff0, archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 24);
  expect(() => readZip(archive)).toThrow('more than 2147483648 bytes of content');
});

test('1,000 damaged archives are read or refused, and write nothing outside of their directory', async () => {
  const archive = await writeZip(entries.slice(0, 3));
  const random = new Random(20261128);
  const errors: Error[] = [];
  for (let number = 0; number < 1000; number++) {
    const damaged = Buffer.from(archive.subarray(0, archive.length - random.whole(0, 19)));
    for (let change = 0; change < 3; change++) damaged[random.whole(0, damaged.length - 1)] = random.whole(0, 255);
    await extractZip(damaged, join(directory, 'inside', `${number}`)).catch((error: Error) => errors.push(error));
  }
  expect(errors.length).toBeGreaterThan(100);
  expect(errors.filter(({ message }) => /out of range|undefined|not a function/.test(message))).toEqual([]);
  expect(readdirSync(directory)).toEqual(['inside']);
  expect(readdirSync(join(directory, 'inside')).filter((name) => !/^\d+$/.test(name))).toEqual([]);
});

test('a file that is no zip archive is refused', async () => {
  await expect(extractZip(Buffer.from('hello'), directory)).rejects.toThrow('not a zip archive');
});
