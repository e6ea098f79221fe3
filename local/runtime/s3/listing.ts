import { isDeleteMarker, type ObjectRecord, type ObjectVersion } from './bucket';

export interface ListRequest {
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Keys after this one only. */
  readonly after?: string;
  readonly most?: number;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix of an incomplete listing. */
  readonly next?: string;
}

/** S3's limit for one page. */
const MOST = 1000;

/** A page of current objects, with keys that share a prefix up to the delimiter rolled into one. */
export function listObjects(
  records: readonly ObjectRecord[],
  request: ListRequest,
): Listing<{ key: string; version: ObjectVersion }> {
  const current = records.flatMap(({ key, versions: [version] }) =>
    version && !isDeleteMarker(version) ? [{ key, version }] : [],
  );
  return rollUp(current, request);
}

/** A page of all versions and delete markers, newest first within a key. Pages end between keys. */
export function listVersions(
  records: readonly ObjectRecord[],
  request: ListRequest,
): Listing<{ key: string; version: ObjectVersion; latest: boolean }> {
  const { items, ...rest } = rollUp(records, request);
  return {
    ...rest,
    items: items.flatMap(({ key, versions }) =>
      versions.map((version, index) => ({ key, version, latest: index === 0 })),
    ),
  };
}

/** `entries` are in the order of their keys, all with the requested prefix. */
function rollUp<T extends { key: string }>(entries: readonly T[], request: ListRequest): Listing<T> {
  const { prefix = '', delimiter, after = '' } = request;
  const most = Math.min(request.most ?? MOST, MOST);
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let last = after;
  for (const entry of entries) {
    const end = delimiter ? entry.key.indexOf(delimiter, prefix.length) : -1;
    const shared = end < 0 ? undefined : entry.key.slice(0, end + (delimiter?.length ?? 0));
    if (isPast(entry.key, shared, last)) continue;
    if (items.length + commonPrefixes.length >= most) return { items, commonPrefixes, next: last };
    if (shared) commonPrefixes.push(shared);
    else items.push(entry);
    last = shared ?? entry.key;
  }
  return { items, commonPrefixes };
}

/**
 * True if a key, or the prefix it is rolled into, was shown before. Keys are compared by their UTF-8 bytes, as S3 does.
 */
function isPast(key: string, shared: string | undefined, last: string): boolean {
  return last !== '' && (shared === last || Buffer.compare(Buffer.from(key), Buffer.from(last)) <= 0);
}
