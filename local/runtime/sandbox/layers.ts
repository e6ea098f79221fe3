import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { probe } from './probe';
import { type Privileges, runAsRoot } from './user-namespace';

/** Contents of a layer. */
export interface LayerSummary {
  /** Files, links and devices that it adds or replaces. */
  readonly files: number;
  /** Number of files that it removes of the layers below. */
  readonly removed: number;
  /** Bytes of the files' contents. */
  readonly bytes: number;
}

/** Conditions of `find` for files that an image does not keep of the machine it was made on, each with its reason. */
const LEFT_OUT: readonly { find: string; reason: string }[] = [
  { find: "-path './var/log/*' -type f", reason: 'logs tell of the machine, not of the image' },
  { find: "-path './var/tmp/*'", reason: 'temporary' },
  { find: "-path './var/lib/cloud/*'", reason: 'the next machine has user data of its own' },
  { find: '-path ./var/lib/systemd/random-seed', reason: 'belongs to one machine' },
  { find: '-path ./etc/machine-id', reason: 'belongs to one machine' },
  { find: '-path ./etc/.pwd.lock', reason: 'a lock' },
  { find: '-path ./root/.bash_history', reason: 'belongs to a person' },
];

/**
 * Turns the changed files of an ended machine into a layer: moved, not copied, so that owners, modes, whiteouts and
 * opaque directories stay. `layer` must not exist, and must be on the same file system.
 */
export async function commitLayer(writable: string, layer: string, privileges?: Privileges): Promise<LayerSummary> {
  const files = join(writable, 'files');
  if (!existsSync(files)) throw new Error(`${writable} holds no machine's files`);
  if (existsSync(layer)) throw new Error(`layer ${layer} exists already`);
  const root = privileges ?? (await privilegesOf(writable));
  const listing = await runAsRoot(root, ['sh', '-euc', TIDY, 'sh', files]);
  mkdirSync(dirname(layer), { recursive: true });
  renameSync(files, layer);
  return summary(listing);
}

/**
 * Removes excluded files and lists the others, each with its kind and size; empty directories are removed. It walks from
 * the top: a path that was given to `find` would be followed through a link that the machine has put there.
 */
const TIDY = [
  'cd "$1"',
  `find . -depth \\( ${LEFT_OUT.map(({ find }) => find).join(' -o ')} \\) -delete`,
  "find . -mindepth 2 -printf '%y %s\\n'",
  'rmdir --ignore-fail-on-non-empty ./*',
].join('\n');

async function privilegesOf(directory: string): Promise<Privileges> {
  const capability = await probe(directory);
  if (!capability.supported) throw new Error(capability.reason);
  return capability.privileges;
}

function summary(listing: string): LayerSummary {
  let [files, removed, bytes] = [0, 0, 0];
  for (const line of listing.split('\n')) {
    const [kind, size] = line.split(' ');
    // Overlay's sign for a removed entry is a character device; a machine cannot make others.
    if (kind === 'c') removed++;
    else if (kind !== 'd' && kind) files++;
    if (kind === 'f') bytes += Number(size);
  }
  return { files, removed, bytes };
}
