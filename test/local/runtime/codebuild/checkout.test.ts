import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractZip, writeZip, type ZipSource } from '../../../../local/kernel/zip';
import { checkOut } from '../../../../local/runtime/codebuild/checkout';

const file = (path: string, text: string, mode = 0o644): ZipSource => ({
  path,
  kind: 'file',
  mode,
  data: Buffer.from(text),
});
const link = (path: string, target: string): ZipSource => ({
  path,
  kind: 'link',
  mode: 0o777,
  data: Buffer.from(target),
});

const FIRST = [
  file('build.sh', 'echo first', 0o755),
  file('same', 'same'),
  file('src/deep/index.ts', 'one'),
  file('src/other.ts', 'two'),
  link('latest', 'src'),
];
const SECOND = [
  file('build.sh', 'echo again', 0o755),
  file('same', 'same'),
  file('src/deep/index.ts', 'one'),
  file('src/new.ts', 'three'),
  link('latest', 'src/deep'),
];

describe('the source of a build', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(join(tmpdir(), 'checkout-'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const source = (...path: string[]) => join(root, 'source', ...path);
  const bring = async (entries: readonly ZipSource[]) => {
    const archive = await writeZip(entries);
    const remove = (path: string) => fs.promises.rm(path, { recursive: true, force: true });
    await checkOut({ archive, directory: source(), remove });
    await fs.promises.rm(join(root, 'fresh'), { recursive: true, force: true });
    await extractZip(archive, join(root, 'fresh'));
  };
  /** Every path with all that a build can see of it, but for times. */
  const seen = (directory: string) =>
    fs
      .readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((path) => {
        const status = fs.lstatSync(join(directory, path));
        const content = status.isSymbolicLink()
          ? fs.readlinkSync(join(directory, path))
          : status.isFile() && fs.readFileSync(join(directory, path), 'utf8');
        return [path, status.mode.toString(8), content];
      });
  const expectFresh = () => expect(seen(source())).toEqual(seen(join(root, 'fresh')));

  test('is the content of its archive, for each build', async () => {
    await bring(FIRST);
    expectFresh();
    await bring(SECOND);
    expectFresh();
  });

  test('keeps files that are still the same', async () => {
    await bring(FIRST);
    const before = fs.statSync(source('src/deep/index.ts'));
    await bring(SECOND);
    expect(fs.statSync(source('src/deep/index.ts'))).toMatchObject({ ino: before.ino, ctimeMs: before.ctimeMs });
  });

  test.each<[string, () => void]>([
    [
      'changed a file, and set its times back',
      () => {
        const { atime, mtime } = fs.statSync(source('same'));
        fs.writeFileSync(source('same'), 'SAME');
        fs.utimesSync(source('same'), atime, mtime);
      },
    ],
    ['changed a mode', () => fs.chmodSync(source('same'), 0o600)],
    ['changed the mode of a directory', () => fs.chmodSync(source('src'), 0o700)],
    ['changed the mode of the source itself', () => fs.chmodSync(source(), 0o700)],
    ['removed a file', () => fs.rmSync(source('src/deep/index.ts'))],
    ['removed a directory', () => fs.rmSync(source('src'), { recursive: true })],
    ['made files of its own', () => fs.cpSync(source('src'), source('dist/src'), { recursive: true })],
    ['put a file where another was', () => fs.renameSync(source('build.sh'), source('same'))],
    [
      'put a link where a directory was',
      () => {
        fs.renameSync(source('src'), source('moved'));
        fs.symlinkSync('moved', source('src'));
      },
    ],
    [
      'led a link elsewhere',
      () => {
        fs.rmSync(source('latest'));
        fs.symlinkSync('/etc', source('latest'));
      },
    ],
    ['removed it all', () => fs.rmSync(source(), { recursive: true })],
  ])('is the archive again after a build that %s', async (_title, build) => {
    await bring(FIRST);
    build();
    await bring(FIRST);
    expectFresh();
    build();
    await bring(SECOND);
    expectFresh();
  });

  test('starts again if an earlier checkout was incomplete', async () => {
    await bring(FIRST);
    fs.rmSync(`${source()}.json`);
    fs.writeFileSync(source('left-over'), '');
    await bring(SECOND);
    expectFresh();
  });
});
