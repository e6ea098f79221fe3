import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packDirectory } from '../../../local/commands/pack-directory';
import { extractZip, readZip } from '../../../local/kernel/zip';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(root: string, names: readonly string[]): void {
  mkdirSync(join(root, 'lib/deep'), { recursive: true });
  for (const name of names) writeFileSync(join(root, name), `content of ${name}`);
  chmodSync(join(root, 'run.sh'), 0o755);
  symlinkSync('lib/deep', join(root, 'link'));
}

const NAMES = ['run.sh', 'index.js', 'lib/deep/b.js', 'lib/a.js'];

test('files, permissions and links are packed in the order of their names', async () => {
  write(directory, NAMES);
  const archive = await packDirectory(directory);
  expect(readZip(archive).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'file index.js',
    'file lib/a.js',
    'file lib/deep/b.js',
    'link link',
    'file run.sh',
  ]);
  const unpacked = join(directory, 'unpacked');
  await extractZip(archive, unpacked);
  expect(readFileSync(join(unpacked, 'lib/deep/b.js'), 'utf8')).toBe('content of lib/deep/b.js');
  expect(statSync(join(unpacked, 'run.sh')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(join(unpacked, 'link'))).toBe('lib/deep');
});

test('the same content gives the same bytes, independent of order and time', async () => {
  const [one, other] = [join(directory, 'one'), join(directory, 'other')];
  write(one, NAMES);
  write(other, NAMES.toReversed());
  expect((await packDirectory(one)).equals(await packDirectory(other))).toBe(true);
});

test('an empty directory gives an empty archive', async () => {
  expect(readZip(await packDirectory(directory))).toEqual([]);
});
