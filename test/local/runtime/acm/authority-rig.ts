import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../../local/kernel/clock';
import { createIds } from '../../../../local/kernel/ids';
import { Authority, type AuthorityOptions } from '../../../../local/runtime/acm/authority';

export interface AuthorityRig {
  authority: Authority;
  directory: string;
  /** The authority of another run on the same directory. */
  again(options?: Partial<AuthorityOptions>): Authority;
  remove(): void;
}

/** An authority in a temporary directory. */
export function authorityRig(): AuthorityRig {
  const directory = mkdtempSync(join(tmpdir(), 'authority-'));
  const again = (options: Partial<AuthorityOptions> = {}) =>
    new Authority({ directory, clock: new SystemClock(), ids: createIds(randomBytes), ...options });
  return { authority: again(), directory, again, remove: () => rmSync(directory, { recursive: true }) };
}
