import { existsSync, rmSync, statSync } from 'node:fs';
import Database from 'libsql';
import { UserMistake } from './failure';

/** The state cannot be used or written: with its file, the reason and the remedy. */
export class UnusableState extends UserMistake {}

/** Identifies our databases in SQLite's header: "ISPL". */
const APPLICATION_ID = 0x4953504c;

/** Number of the form of the tables. Form 0 has no number, and the same tables. */
const FORM = 1;

const SETTINGS = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma busy_timeout = 5000;
`;

const TABLES = `
  create table if not exists document (collection text, key text, value text not null, primary key (collection, key)) without rowid;
  create table if not exists entry (id integer primary key, journal text not null, stream text not null, value text not null);
  create index if not exists entry_by_stream on entry (journal, stream, id);
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${FORM};
`;

/**
 * Opens or creates the database of a run's state, and checks it. Before a change of its form it keeps a copy beside it.
 * Throws `UnusableState` for a file that is damaged, of another program, of a later version, or that cannot be written.
 */
export function openStateDatabase(file: string): Database.Database {
  return explained(file, () => {
    const exists = file !== ':memory:' && existsSync(file) && statSync(file).size > 0;
    const database = new Database(file);
    try {
      if (exists) check(database, file);
      database.exec(SETTINGS + TABLES);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

/** True if a file is the database of a run, of this form or an earlier one. */
export function isStateDatabase(file: string): boolean {
  let database: Database.Database | undefined;
  try {
    if (!existsSync(file) || statSync(file).size === 0) return false;
    database = new Database(file, { readonly: true });
    return formOf(database) !== undefined;
  } catch {
    return false;
  } finally {
    database?.close();
  }
}

/** Runs `work`, and says what is wrong with the state in place of SQLite's error. */
export function explained<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const found = FAILURES.find(({ codes }) => typeof code === 'string' && codes.test(code));
    if (found) throw new UnusableState(file, found.reason, found.remedy);
    // The library has no code for a file that it cannot open.
    if (/Unable to open connection/.test(String(error))) throw new UnusableState(file, 'cannot be opened', WRITABLE);
    throw error;
  }
}

const ANOTHER = '--state chooses another directory';
const WRITABLE = `make the file and its directory yours, and writable; or ${ANOTHER}`;
const FRESH = `"npx server-pipeline start --fresh" begins with an empty state; or ${ANOTHER}`;

const FAILURES: readonly { codes: RegExp; reason: string; remedy: string }[] = [
  { codes: /^SQLITE_(NOTADB|CORRUPT)/, reason: 'is damaged', remedy: FRESH },
  { codes: /^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/, reason: 'cannot be written', remedy: WRITABLE },
  {
    codes: /^SQLITE_(FULL|IOERR)/,
    reason: 'cannot be written: the disk is full, or fails',
    remedy: `free space for it, and start again; or ${ANOTHER}`,
  },
  { codes: /^SQLITE_BUSY/, reason: 'is in use by another program', remedy: `end that program; or ${ANOTHER}` },
];

function check(database: Database.Database, file: string): void {
  const form = formOf(database);
  if (form === undefined) throw new UnusableState(file, 'is the database of another program', ANOTHER);
  if (form > FORM) {
    throw new UnusableState(file, `was written by a later version (form ${form})`, `use that version; or ${ANOTHER}`);
  }
  const [result] = database.prepare('pragma quick_check(1)').all() as { quick_check: string }[];
  const problem = result?.quick_check.split('\n').at(-1);
  if (problem !== 'ok') throw new UnusableState(file, `is damaged: ${problem}`, FRESH);
  if (form === FORM) return;
  const copy = `${file}.form-${form}`;
  rmSync(copy, { force: true });
  database.prepare('vacuum into ?').run(copy);
}

/** The number of the form; undefined for a database of another program. */
function formOf(database: Database.Database): number | undefined {
  const read = (name: string) => Object.values((database.prepare(`pragma ${name}`).get() ?? {}) as object)[0] as number;
  const application = read('application_id');
  if (application === APPLICATION_ID) return read('user_version');
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  const names = tables.map(({ name }) => name).sort();
  return application === 0 && names.join() === 'document,entry' ? 0 : undefined;
}
