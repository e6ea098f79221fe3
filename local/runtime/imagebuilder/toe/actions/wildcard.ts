import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Returns the paths that match `path`, sorted; `*` may be in its last part only, and matches any text without `/`. */
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
