import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareStateDirectory } from '../../local/commands/state-directory';

/** Set by `build-caches-setup.js` for one run of the tests. */
const KEPT = process.env['KEPT_BUILD_CACHES'];

/** Returns the directory of a runtime's build caches. */
const cachesOf = (state: string) => join(state, 'builds', 'caches');

/**
 * The packages that the builds of one scenario have installed, for those that begin after it. Without them each would
 * install everything again; the first one always does.
 */
export function giveBuildCaches(state: string): void {
  if (!KEPT || !existsSync(KEPT)) return;
  prepareStateDirectory(state);
  link(KEPT, cachesOf(state));
}

/** Tens of thousands of files, which nobody writes to once they are installed: the same ones under another name. */
function link(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync('cp', ['--archive', '--link', `${from}/.`, to]);
}

/** Keeps the caches of a runtime that has nothing under way. */
export function keepBuildCaches(state: string): void {
  if (!KEPT || existsSync(KEPT)) return;
  const copy = mkdtempSync(join(tmpdir(), 'build-caches-'));
  link(cachesOf(state), copy);
  try {
    renameSync(copy, KEPT);
  } catch (error) {
    // Another worker's runtime was first.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    rmSync(copy, { recursive: true, force: true });
  }
}
