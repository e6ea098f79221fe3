import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'libsql';
import { explained, openStateDatabase } from './state-database';

/** Documents of one kind, by key. Values are plain JSON data: no `Date`, no class instances, no `undefined` in lists. */
export interface Collection<T> {
  get(key: string): T | undefined;
  /** Durable when it returns. */
  put(key: string, value: T): void;
  delete(key: string): void;
  /** Returns every document, or those whose key begins with `prefix`, in key order. */
  entries(prefix?: string): [key: string, value: T][];
  values(prefix?: string): T[];
}

/** Append-only lists of entries, one list a stream: log events, stack events, action history. */
export interface Journal<T> {
  append(stream: string, ...entries: T[]): void;
  /** Entries in the order they were written. `from` skips that many first. */
  read(stream: string, from?: number): T[];
  streams(prefix?: string): string[];
  delete(stream: string): void;
}

/**
 * The state of a local run, in an embedded database. Every write is durable before it returns, so a killed process
 * loses no acknowledged write. Calls are synchronous (about 0.03 ms), so a read-modify-write without an `await` between
 * is atomic; `transaction` makes several writes atomic.
 */
export interface Store {
  collection<T>(name: string): Collection<T>;
  journal<T>(name: string): Journal<T>;
  /** All writes of `work` land, or none. `work` must not be asynchronous. */
  transaction<T>(work: () => T): T;
  /** Returns the same database with separate documents: one store for each account and region. */
  scoped(scope: string): Store;
  close(): void;
}

/** Opens or creates the database at `file` (`:memory:` for tests). Throws `UnusableState`, also later for a full disk. */
export function openStore(file: string): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return scopedStore({ database: openStateDatabase(file), file, inTransaction: false }, '');
}

/** The database, with the shared state of its scopes: a transaction covers the complete database. */
interface Shared {
  readonly database: Database.Database;
  readonly file: string;
  inTransaction: boolean;
}

function scopedStore(shared: Shared, scope: string): Store {
  const { database } = shared;
  const scoped = (name: string) => (scope ? `${scope}/${name}` : name);
  return {
    collection: <T>(name: string) => collection<T>(shared, scoped(name)),
    journal: <T>(name: string) => journal<T>(shared, scoped(name)),
    transaction<T>(work: () => T): T {
      if (shared.inTransaction) return work();
      shared.inTransaction = true;
      try {
        return explained(shared.file, () => database.transaction(work)() as T);
      } finally {
        shared.inTransaction = false;
      }
    },
    scoped: (inner) => scopedStore(shared, scoped(inner)),
    close: () => database.close(),
  };
}

/**
 * Returns the collection with a cache, for documents that every request reads: a document is read and parsed once, and
 * again after a write. Every write must go through the returned collection, outside of transactions; no document may be
 * changed in place.
 */
export function remembered<T>(collection: Collection<T>): Collection<T> {
  const known = new Map<string, T | undefined>();
  return {
    ...collection,
    get(key) {
      if (!known.has(key)) known.set(key, collection.get(key));
      return known.get(key);
    },
    put(key, value) {
      collection.put(key, value);
      known.delete(key);
    },
    delete(key) {
      collection.delete(key);
      known.delete(key);
    },
  };
}

/** Above every key that begins with `prefix`. */
const END = '\u{10ffff}';

function collection<T>({ database, file }: Shared, name: string): Collection<T> {
  const get = database.prepare('select value from document where collection = ? and key = ?');
  const put = database.prepare('insert or replace into document (collection, key, value) values (?, ?, ?)');
  const remove = database.prepare('delete from document where collection = ? and key = ?');
  const list = database.prepare(
    'select key, value from document where collection = ? and key >= ? and key < ? order by key',
  );
  const entries = (prefix = ''): [string, T][] =>
    (list.all(name, prefix, prefix + END) as { key: string; value: string }[]).map((row) => [
      row.key,
      JSON.parse(row.value) as T,
    ]);
  return {
    get(key) {
      const row = get.get(name, key) as { value: string } | undefined;
      return row && (JSON.parse(row.value) as T);
    },
    put: (key, value) => void explained(file, () => put.run(name, key, JSON.stringify(value))),
    delete: (key) => void explained(file, () => remove.run(name, key)),
    entries,
    values: (prefix) => entries(prefix).map(([, value]) => value),
  };
}

function journal<T>({ database, file }: Shared, name: string): Journal<T> {
  const append = database.prepare('insert into entry (journal, stream, value) values (?, ?, ?)');
  const read = database.prepare(
    'select value from entry where journal = ? and stream = ? order by id limit -1 offset ?',
  );
  const streams = database.prepare(
    'select distinct stream from entry where journal = ? and stream >= ? and stream < ? order by stream',
  );
  const remove = database.prepare('delete from entry where journal = ? and stream = ?');
  return {
    append(stream, ...entries) {
      for (const entry of entries) explained(file, () => append.run(name, stream, JSON.stringify(entry)));
    },
    read: (stream, from = 0) =>
      (read.all(name, stream, from) as { value: string }[]).map((row) => JSON.parse(row.value) as T),
    streams: (prefix = '') =>
      (streams.all(name, prefix, prefix + END) as { stream: string }[]).map((row) => row.stream),
    delete: (stream) => void explained(file, () => remove.run(name, stream)),
  };
}
