import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { explained, isStateDatabase, openStateDatabase } from '../../../local/kernel/state-database';
import { openStore } from '../../../local/kernel/store';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  file = join(directory, 'state.db');
});
afterEach(() => rmSync(directory, { recursive: true }));

function fill(): void {
  const store = openStore(file);
  for (let number = 0; number < 2000; number++) store.collection('things').put(`${number}`, { text: 'x'.repeat(100) });
  store.close();
}

describe('the database of the state', () => {
  test('is recognized by its header', () => {
    expect(isStateDatabase(file)).toBe(false);
    fill();
    expect(isStateDatabase(file)).toBe(true);
  });

  test.each<[problem: string, make: () => void, message: string]>([
    ['text', () => writeFileSync(file, 'no database\n'.repeat(1000)), 'is damaged'],
    [
      'a database that is cut off',
      () => {
        fill();
        truncateSync(file, 20_000);
      },
      'is damaged',
    ],
    [
      'a database with an overwritten page',
      () => {
        fill();
        const content = readFileSync(file);
        writeFileSync(file, content.fill(0xff, 8192, 12_288));
      },
      'is damaged',
    ],
    [
      'the database of another program',
      () => {
        const other = new Database(file);
        other.exec('create table person (name text)');
        other.close();
      },
      'is the database of another program',
    ],
    [
      'a database of a later version',
      () => {
        fill();
        const later = new Database(file);
        later.exec('pragma user_version = 99');
        later.close();
      },
      'was written by a later version (form 99)',
    ],
    ['a directory', () => mkdirSync(file), 'cannot be opened'],
  ])('is refused with its path and a remedy, and stays as it is: %s', (_problem, make, message) => {
    make();
    const before = snapshot();
    expect(() => openStateDatabase(file)).toThrow(
      new RegExp(`^${file}: ${message.replace(/[()]/g, '\\$&')}.* — .*--state`),
    );
    expect(snapshot()).toEqual(before);
  });

  function snapshot(): string {
    return execFileSync('sh', ['-c', '[ -d "$1" ] || sha256sum < "$1"', 'sh', file], { encoding: 'utf8' });
  }

  test('of an earlier form is copied before it is changed', () => {
    fill();
    const earlier = new Database(file);
    earlier.exec('pragma application_id = 0; pragma user_version = 0');
    earlier.close();
    expect(isStateDatabase(file)).toBe(true);
    const store = openStore(file);
    expect(store.collection('things').values()).toHaveLength(2000);
    store.close();
    const copy = new Database(`${file}.form-0`, { readonly: true });
    expect(copy.prepare('select count(*) as count from document').get()).toMatchObject({ count: 2000 });
    copy.close();
  });

  test.each([
    ['SQLITE_READONLY_DBMOVED', 'cannot be written'],
    ['SQLITE_FULL', 'the disk is full'],
    ['SQLITE_IOERR_WRITE', 'the disk is full, or fails'],
    ['SQLITE_CORRUPT_INDEX', 'is damaged'],
    ['SQLITE_BUSY', 'in use by another program'],
  ])('explains %s', (code, message) => {
    const fail = () => {
      throw Object.assign(new Error('of SQLite'), { code });
    };
    expect(() => explained(file, fail)).toThrow(message);
  });

  test('that has no space left says so, and keeps what it had', () => {
    const script = `
      require('tsx/cjs');
      process.on('SIGXFSZ', () => {});
      const { openStore } = require(${JSON.stringify(join(__dirname, '../../../local/kernel/store'))});
      const store = openStore(${JSON.stringify(file)});
      try { for (let n = 0; ; n++) store.collection('things').put(String(n), { text: 'x'.repeat(10000) }); }
      catch (error) { console.log(error.message); }`;
    const output = execFileSync('bash', ['-c', 'ulimit -f 2048; exec "$0" -e "$1"', process.execPath, script], {
      encoding: 'utf8',
      cwd: join(__dirname, '../../..'),
    });
    expect(output).toContain(`${file}: cannot be written: the disk is full, or fails — free space`);
    expect(openStore(file).collection('things').values().length).toBeGreaterThan(10);
  });
});
