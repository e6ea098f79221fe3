import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A commit's files as one archive; a project with more than that has files that do not belong into git. */
const MAX_ARCHIVE_BYTES = 512 * 2 ** 20;

/**
 * Replaces the content of `directory` by the files of HEAD of the clone at `project`. The run uses nothing of the
 * working tree except its installed dependencies.
 */
export function checkOut(project: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const input = execFileSync('git', ['archive', '--format=tar', 'HEAD'], {
    cwd: project,
    maxBuffer: MAX_ARCHIVE_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  execFileSync('tar', ['-x', '-C', directory], { input, stdio: ['pipe', 'ignore', 'pipe'] });
  const dependencies = join(project, 'node_modules');
  if (existsSync(dependencies)) symlinkSync(dependencies, join(directory, 'node_modules'));
}
