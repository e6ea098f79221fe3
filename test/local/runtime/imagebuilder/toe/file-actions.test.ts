import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { type StepRig, stepRig } from './step';

let rig: StepRig;
beforeEach(() => {
  rig = stepRig();
});
afterEach(() => rig.end());

const text = (name: string) => readFileSync(rig.path(name), 'utf8');
const mode = (name: string) => (statSync(rig.path(name)).mode & 0o7777).toString(8);

test('CreateFile creates parents, content and mode, and overwrites by default (D13)', async () => {
  const path = rig.path('a/b/file.txt');
  await rig.run('CreateFile', [{ path, content: 'one', permissions: '0640' }]);
  expect(text('a/b/file.txt')).toBe('one');
  expect(mode('a/b/file.txt')).toBe('640');
  await rig.run('CreateFile', [{ path, content: 'two' }]);
  expect(text('a/b/file.txt')).toBe('two');
  await expect(rig.run('CreateFile', [{ path, overwrite: false }])).rejects.toThrow("exists and 'overwrite' is false");
});

test('a file keeps its text through every encoding (D9)', async () => {
  for (const encoding of ['utf8', 'UTF-16', 'utf16-BE', 'utf-32-LE', 'UTF32-be']) {
    const path = rig.path(encoding);
    await rig.run('CreateFile', [{ path, content: 'grüße ', encoding }]);
    await rig.run('AppendFile', [{ path, content: '🚀', encoding }]);
    expect(await rig.run('ReadFile', [{ path, encoding }])).toEqual({ outputs: { content: 'grüße 🚀' } });
  }
  expect(readFileSync(rig.path('UTF-16')).subarray(0, 4).toString('hex')).toBe('67007200');
  await rig.run('SetFileEncoding', [{ path: rig.path('utf8'), encoding: 'utf-16-be' }]);
  expect(readFileSync(rig.path('utf8')).subarray(0, 4).toString('hex')).toBe('00670072');
});

test('AppendFile and ReadFile refuse a missing file (D9)', async () => {
  await expect(rig.run('AppendFile', [{ path: rig.path('none') }])).rejects.toThrow('does not exist');
  await expect(rig.run('ReadFile', [{ path: rig.path('none') }])).rejects.toThrow('does not exist');
});

test('ReadFile prints the content only on request (D9)', async () => {
  writeFileSync(rig.path('secret'), 'word');
  await rig.run('ReadFile', [{ path: rig.path('secret') }]);
  expect(rig.printed).toEqual([]);
  await rig.run('ReadFile', [{ path: rig.path('secret'), printFileContent: true }]);
  expect(rig.printed).toEqual(['word']);
});

test('CopyFile copies one file to a name, or all matches into a folder (D9)', async () => {
  for (const name of ['sample1', 'sample2', 'other']) writeFileSync(rig.path(name), name);
  await rig.run('CopyFile', [
    { source: rig.path('sample1'), destination: rig.path('new/copy') },
    { source: rig.path('sample*'), destination: `${rig.path('all')}/` },
  ]);
  expect([text('new/copy'), text('all/sample1'), text('all/sample2')]).toEqual(['sample1', 'sample1', 'sample2']);
  expect(existsSync(rig.path('all/other'))).toBe(false);
  await expect(rig.run('CopyFile', [{ source: rig.path('sample*'), destination: rig.path('one') }])).rejects.toThrow(
    "end the destination with '/'",
  );
  await expect(
    rig.run('CopyFile', [{ source: rig.path('other'), destination: rig.path('new/copy'), overwrite: false }]),
  ).rejects.toThrow("'overwrite' is false");
  await expect(rig.run('CopyFile', [{ source: rig.path('none'), destination: '/x' }])).rejects.toThrow(
    'does not exist',
  );
});

test('CopyFolder and MoveFolder include everything in a folder (D9)', async () => {
  mkdirSync(rig.path('from/deep'), { recursive: true });
  writeFileSync(rig.path('from/deep/file'), 'x');
  await rig.run('CopyFolder', [{ source: rig.path('from'), destination: rig.path('copy') }]);
  await rig.run('MoveFolder', [{ source: rig.path('from'), destination: `${rig.path('into')}/` }]);
  expect([text('copy/deep/file'), text('into/from/deep/file')]).toEqual(['x', 'x']);
  expect(existsSync(rig.path('from'))).toBe(false);
  await expect(rig.run('MoveFile', [{ source: rig.path('copy'), destination: '/x' }])).rejects.toThrow('source file');
});

test('MoveFile leaves nothing behind (D9)', async () => {
  writeFileSync(rig.path('a'), 'x');
  await rig.run('MoveFile', [{ source: rig.path('a'), destination: rig.path('b/c') }]);
  expect([existsSync(rig.path('a')), text('b/c')]).toEqual([false, 'x']);
});

test('CreateFolder refuses a folder with files in it, which AWS would truncate (D9)', async () => {
  await rig.run('CreateFolder', [{ path: rig.path('new/folder'), permissions: '0750' }]);
  expect(mode('new/folder')).toBe('750');
  await rig.run('CreateFolder', [{ path: rig.path('new/folder') }]);
  await expect(rig.run('CreateFolder', [{ path: rig.path('new') }])).rejects.toThrow('not empty');
});

test('CreateSymlink replaces a link only with force, and never a file (D9)', async () => {
  for (const name of ['one', 'two']) writeFileSync(rig.path(name), name);
  const link = (target: string, force = false) =>
    rig.run('CreateSymlink', [{ path: rig.path('link'), target: rig.path(target), force }]);
  await link('one');
  await expect(link('two')).rejects.toThrow("'force' is false");
  await link('two', true);
  expect(readlinkSync(rig.path('link'))).toBe(rig.path('two'));
  await expect(link('none', true)).rejects.toThrow('does not exist');
  const onFile = [{ path: rig.path('one'), target: rig.path('two'), force: true }];
  await expect(rig.run('CreateSymlink', onFile)).rejects.toThrow('not a symbolic link');
});

test('DeleteFile and DeleteFolder remove exactly their paths (D9)', async () => {
  mkdirSync(rig.path('full'));
  for (const name of ['full/a.log', 'full/b.log', 'full/c.txt']) writeFileSync(rig.path(name), '');
  await rig.run('DeleteFile', [{ path: rig.path('full/*.log') }]);
  expect(await rig.run('ListFiles', [{ path: rig.path('full') }])).toEqual({
    outputs: { files: rig.path('full/c.txt') },
  });
  await expect(rig.run('DeleteFolder', [{ path: rig.path('full') }])).rejects.toThrow('ENOTEMPTY');
  await rig.run('DeleteFolder', [{ path: rig.path('full'), force: true }]);
  expect(existsSync(rig.path('full'))).toBe(false);
  await expect(rig.run('DeleteFile', [{ path: rig.path('none') }])).rejects.toThrow('does not exist');
});

test('ListFiles lists by pattern, and into folders when recursive (D9)', async () => {
  mkdirSync(rig.path('top/sub'), { recursive: true });
  for (const name of ['top/a.log', 'top/b.txt', 'top/sub/c.log']) writeFileSync(rig.path(name), '');
  const files = async (further: object) => {
    const result = await rig.run('ListFiles', [{ path: rig.path('top'), ...further }]);
    return 'outputs' in result ? result.outputs['files']?.replaceAll(`${rig.directory}/`, '') : undefined;
  };
  expect(await files({})).toBe('top/a.log,top/b.txt');
  expect(await files({ recursive: true, fileNamePattern: '*.log' })).toBe('top/a.log,top/sub/c.log');
});

test('SetFilePermissions and SetFolderPermissions set modes, by default also inside folders (D9)', async () => {
  mkdirSync(rig.path('d/e'), { recursive: true });
  writeFileSync(rig.path('d/e/f'), '');
  await rig.run('SetFolderPermissions', [{ path: rig.path('d'), permissions: '755' }]);
  expect([mode('d'), mode('d/e'), mode('d/e/f')]).toEqual(['755', '755', '755']);
  await rig.run('SetFolderPermissions', [{ path: rig.path('d'), permissions: '0700', recursive: false }]);
  await rig.run('SetFilePermissions', [{ path: rig.path('d/e/f'), permissions: '4711' }]);
  expect([mode('d'), mode('d/e'), mode('d/e/f')]).toEqual(['700', '755', '4711']);
});

test('SetFileOwner accepts names and numbers, and refuses unknown users and groups (D9)', async () => {
  writeFileSync(rig.path('f'), '');
  const own = { owner: String(process.getuid?.()), group: String(process.getgid?.()) };
  await rig.run('SetFileOwner', [{ path: rig.path('f'), ...own }]);
  await rig.run('SetFolderOwner', [{ path: rig.directory, ...own }]);
  expect(lstatSync(rig.path('f')).uid).toBe(process.getuid?.());
  await expect(rig.run('SetFileOwner', [{ path: rig.path('f'), owner: 'nobody-here' }])).rejects.toThrow(
    "no user 'nobody-here'",
  );
  await expect(
    rig.run('SetFileOwner', [{ path: rig.path('f'), owner: 'root', group: 'no-such-group' }]),
  ).rejects.toThrow("no group 'no-such-group'");
});

test('the outputs of a list of inputs are joined by newlines (D8)', async () => {
  for (const name of ['a', 'b']) writeFileSync(rig.path(name), name);
  const inputs = [{ path: rig.path('a') }, { path: rig.path('b') }];
  expect(await rig.run('ReadFile', inputs)).toEqual({ outputs: { content: 'a\nb' } });
});
