import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../document/expression';

/** The machine that the program runs on, as conditions and assertions see it. */
export const machineFacts: Facts = {
  fileExists: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  folderExists: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  binaryExists: (name) => findBinary(name) !== undefined,
  digest: (path, algorithm) =>
    existsSync(path) ? createHash(algorithm).update(readFileSync(path)).digest('hex') : undefined,
};

/** Path of the command `name`, as a shell would find it. */
export function findBinary(name: string): string | undefined {
  const candidates = name.includes('/')
    ? [name]
    : (process.env['PATH'] ?? '').split(':').map((path) => join(path, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false; // Not there, or not executable: the answer, not a failure.
    }
  });
}
