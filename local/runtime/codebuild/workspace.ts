import { mkdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isAwsError, messageOf } from '../../kernel/failure';
import { GuestTree } from '../../kernel/guest-tree';
import type { Objects } from '../../kernel/ports';
import { type Checkout, checkOut } from './checkout';
import { PhaseFailed } from './failed';

/** An artifact in S3: an input or output of a build. */
export interface ArtifactLocation {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
}

/** The same directory seen from here and from inside the build's machine. */
export interface Shared {
  readonly host: string;
  readonly guest: string;
}

/** A file or directory that a build has from the host. */
export interface InTree {
  readonly tree: GuestTree;
  /** Path in the tree. */
  readonly path: string;
}

export interface WorkspaceOptions {
  /** Removed when the build has ended. */
  readonly directory: string;
  /** Directory of checkouts, which the project's next build reuses. */
  readonly checkouts: string;
  readonly sources: readonly ArtifactLocation[];
  /** A few digits, as CodeBuild has them in its paths. */
  readonly digits: string;
}

/** The directories of one build. */
export class Workspace {
  readonly directory: string;
  readonly control: Shared;
  /** The primary source, `CODEBUILD_SRC_DIR`. */
  readonly source: Shared;
  /** The others, by artifact name: `CODEBUILD_SRC_DIR_<name>` (B9). */
  readonly secondarySources: ReadonlyMap<string, Shared>;
  readonly writable: string;

  constructor({ directory, checkouts, sources, digits }: WorkspaceOptions) {
    this.directory = directory;
    const shared = (name: string, guest: string) => ({ host: join(checkouts, name), guest });
    this.control = { host: join(directory, 'control'), guest: '/codebuild/output/tmp' };
    this.source = shared('source', `/codebuild/output/src${digits}/src`);
    this.writable = join(directory, 'writable');
    this.secondarySources = new Map(
      sources.slice(1).map(({ name }, index) => {
        const number = String(index + 1).padStart(2, '0');
        return [name, shared(`source-${number}`, `/codebuild/output/src${digits}${number}/src`)];
      }),
    );
  }

  create(): void {
    const shared = [this.control, this.source, ...this.secondarySources.values()];
    for (const directory of [...shared.map(({ host }) => host), this.writable])
      mkdirSync(directory, { recursive: true });
  }

  /** Unpacks the input artifacts. The first is the primary source. */
  async download(
    sources: readonly ArtifactLocation[],
    objects: Objects,
    remove: (path: string) => Promise<void>,
  ): Promise<void> {
    for (const [index, source] of sources.entries()) {
      const { host } = (index > 0 && this.secondarySources.get(source.name)) || this.source;
      await unpack(source, objects, { directory: host, remove });
    }
  }

  /** Returns the place of a path inside in the source that holds it; undefined if the build has it from elsewhere. */
  inSources(guestPath: string): InTree | undefined {
    const shared = [this.source, ...this.secondarySources.values()];
    const found = shared.find(({ guest }) => guestPath === guest || guestPath.startsWith(`${guest}/`));
    if (!found) return undefined;
    const { host, guest } = found;
    return { tree: new GuestTree(host, guest), path: posix.relative(guest, guestPath) };
  }
}

async function unpack(
  { bucket, key }: ArtifactLocation,
  objects: Objects,
  to: Omit<Checkout, 'archive'>,
): Promise<void> {
  try {
    await checkOut({ archive: objects.read(bucket, key), ...to });
  } catch (error) {
    const code = isAwsError(error) ? `${error.code}: ` : '';
    const message = `${code}${messageOf(error)} for source s3://${bucket}/${key}`;
    throw new PhaseFailed('CLIENT_ERROR', message);
  }
}
