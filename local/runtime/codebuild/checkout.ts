import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GuestTree } from '../../kernel/guest-tree';
import { extractZip, readZip } from '../../kernel/zip';

export interface Checkout {
  readonly archive: Buffer;
  readonly directory: string;
  /** Removes the files of a build, with any owner inside. */
  remove(path: string): Promise<void>;
}

/** Description of a path in an archive. */
interface Wanted {
  readonly kind: 'file' | 'directory' | 'link';
  readonly mode: number;
  /** Digest of the content. */
  readonly digest: string;
}

/** Written path, with data that shows a later change. */
type Written = Wanted & { readonly stamp: string };

/**
 * Makes a directory hold exactly the content of the archive. Unchanged files of an earlier checkout stay, and
 * everything else is removed, so a further commit costs only its changes.
 */
export async function checkOut({ archive, directory, remove }: Checkout): Promise<void> {
  const wanted = await contentOf(archive);
  const record = `${directory}.json`;
  const written = takeRecord(record);
  const tree = new GuestTree(directory, directory);
  if (written?.['']?.stamp !== stampOf(tree, '')) await remove(directory);
  mkdirSync(directory, { recursive: true });
  const kept = new Map<string, Written>();
  const clean = async (folder: string): Promise<void> => {
    for (const { name } of await tree.entries(folder)) {
      const path = folder ? `${folder}/${name}` : name;
      const was = written?.[path];
      if (!was || !isSame(was, wanted.get(path)) || was.stamp !== stampOf(tree, path)) {
        await remove(join(directory, path));
        continue;
      }
      kept.set(path, was);
      if (was.kind === 'directory') await clean(path);
    }
  };
  await clean('');
  await extractZip(archive, directory, ({ path }) => !kept.has(path));
  const now = [...wanted].map(([path, want]): [string, Written] => {
    return [path, kept.get(path) ?? { ...want, stamp: stampOf(tree, path) }];
  });
  writeFileSync(record, JSON.stringify(Object.fromEntries(now)));
}

/** Every path of an archive, with the directories above it. */
async function contentOf(archive: Buffer): Promise<Map<string, Wanted>> {
  const wanted = new Map([['', DIRECTORY]]);
  for (const { path, kind, mode, read } of readZip(archive)) {
    for (let above = dirname(path); above !== '.' && !wanted.has(above); above = dirname(above))
      wanted.set(above, DIRECTORY);
    if (kind === 'directory') wanted.set(path, DIRECTORY);
    else
      wanted.set(path, {
        kind,
        mode,
        digest: hash('sha256', await read(), 'base64'),
      });
  }
  return wanted;
}

const DIRECTORY: Wanted = { kind: 'directory', mode: 0, digest: '' };

/** The record is valid only until a change: the next one is written at the end. */
function takeRecord(file: string): Record<string, Written> | undefined {
  if (!existsSync(file)) return undefined;
  const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Written>;
  rmSync(file);
  return record;
}

function isSame(a: Wanted, b: Wanted | undefined): boolean {
  return a.kind === b?.kind && a.mode === b.mode && a.digest === b.digest;
}

/** A file's change time cannot be set, so every change shows. A directory's changes with its entries. */
function stampOf(tree: GuestTree, path: string): string {
  const status = tree.status(path);
  if (!status) return 'nothing';
  if (status.isDirectory()) return [status.ino, status.mode, status.uid, status.gid].join(' ');
  return `${status.ino} ${status.ctimeMs}`;
}
