import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Paths that `path` names; `*` may stand in its last part only, and stands for any text but `/`. Sorted. */
export function expand(path: string): string[] {
  const name = basename(path);
  if (!name.includes('*')) return existsSync(path) ? [path] : [];
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  const pattern = wildcard(name);
  return readdirSync(folder)
    .filter((entry) => pattern.test(entry))
    .sort()
    .map((entry) => join(folder, entry));
}

/** `*log` as an expression for whole names. */
export function wildcard(text: string): RegExp {
  const escaped = text.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
