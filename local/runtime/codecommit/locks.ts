import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes the lock files that a killed git has left in a bare repository: with one of them every later push is refused.
 * No git may be running in it.
 */
export function removeLocks(repository: string): void {
  if (!existsSync(repository)) return;
  const references = join(repository, 'refs');
  const below = existsSync(references) ? readdirSync(references, { recursive: true, encoding: 'utf8' }) : [];
  const locks = [...readdirSync(repository), ...below.map((path) => join('refs', path))].filter(isLock);
  for (const path of locks) rmSync(join(repository, path), { force: true });
}

/** No branch or tag has such a name. */
function isLock(path: string): boolean {
  return path.endsWith('.lock');
}
