import { posix } from 'node:path';
import { GuestTree } from '../../kernel/guest-tree';
import type { Objects } from '../../kernel/ports';
import { quoteForShell } from '../../kernel/shell';
import { writeZip, type ZipSource } from '../../kernel/zip';
import { type ArtifactFolder, collectArtifact, resolveInSource, specsOf } from './artifacts';
import type { BuildLog } from './build-log';
import type { ArtifactSpec, Buildspec } from './buildspec';
import { PhaseFailed } from './failed';
import type { Shell } from './shell';
import type { ArtifactLocation, InTree, Workspace } from './workspace';

interface Upload {
  readonly spec: Buildspec['artifacts'];
  readonly outputs: readonly ArtifactLocation[];
  readonly shell: Shell;
  readonly workspace: Workspace;
  readonly log: BuildLog;
  /** Ends the machine. */
  endMachine(): Promise<void>;
}

/** An artifact with the variables of the build in its paths, and its folder; undefined if there is none. */
interface Located {
  readonly output: ArtifactLocation;
  readonly spec: ArtifactSpec;
  readonly place: InTree | undefined;
}

/**
 * Writes each output artifact to its location in S3 as a zip, from files that the machine can no longer change. Errors:
 * `CLIENT_ERROR` if there are no files.
 */
export async function uploadArtifacts(upload: Upload, objects: Objects): Promise<void> {
  const located: Located[] = [];
  for (const [index, { output, spec }] of specsOf(upload.spec, upload.outputs).entries()) {
    const expanded = await expand(spec, upload.shell);
    located.push({ output, spec: expanded, place: await placeOf(expanded, index, upload) });
  }
  await upload.endMachine();
  for (const artifact of located) {
    const members = await assemble(artifact, upload.log);
    objects.write(artifact.output.bucket, artifact.output.key, await writeZip(members));
  }
}

async function assemble({ spec, place }: Located, log: BuildLog): Promise<ZipSource[]> {
  const { baseDirectory } = spec;
  log.say('Assembling file list');
  if (baseDirectory !== undefined) log.say(`Expanding base directory path: ${baseDirectory}`);
  const folder = place && folderOf(place, baseDirectory);
  if (!folder) {
    throw new PhaseFailed('CLIENT_ERROR', `no matching base directory path found for ${baseDirectory ?? '.'}`);
  }
  log.say(`Expanding file paths for base directory ${baseDirectory ?? '.'}`);
  const { members, unmatched } = await collectArtifact(spec, folder);
  for (const pattern of unmatched) log.say(`Skipping invalid file path ${pattern}`);
  if (members.length === 0) throw new PhaseFailed('CLIENT_ERROR', 'no matching artifact paths found');
  log.say(`Found ${members.length} file(s)`);
  return members;
}

function folderOf(place: InTree, baseDirectory: string | undefined): ArtifactFolder | undefined {
  const { tree } = place;
  const path = resolveInSource(place, `the base directory ${baseDirectory}`);
  return path !== undefined && tree.status(path)?.isDirectory() ? { tree, path } : undefined;
}

/** Returns the place of the base directory. One outside of the source is copied by the build's own shell. */
async function placeOf(spec: ArtifactSpec, index: number, { workspace, shell }: Upload): Promise<InTree | undefined> {
  const guest = posix.resolve(workspace.source.guest, spec.baseDirectory ?? '.');
  const inSource = workspace.inSources(guest);
  if (inSource) return inSource;
  const name = `artifact-${index}`;
  const end = await shell.quietly(`cp -a -- ${quoteForShell(guest)}/. "$__control/${name}"`);
  const tree = new GuestTree(workspace.control.host, workspace.control.guest);
  return 'exitCode' in end && end.exitCode === 0 ? { tree, path: name } : undefined;
}

/** Puts variables of the build into paths: `$CODEBUILD_SRC_DIR/dist`. */
async function expand(spec: ArtifactSpec, shell: Shell): Promise<ArtifactSpec> {
  const reference = /\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g;
  const texts = [...spec.files, ...spec.excludePaths, spec.baseDirectory ?? ''];
  const names = texts.flatMap((text) => [...text.matchAll(reference)].map((match) => match[1] ?? match[2] ?? ''));
  const values = await shell.values([...new Set(names)]);
  const filled = (text: string) => text.replace(reference, (_, braced, bare) => values[braced ?? bare] ?? '');
  return {
    ...spec,
    files: spec.files.map(filled),
    excludePaths: spec.excludePaths.map(filled),
    ...(spec.baseDirectory !== undefined && { baseDirectory: filled(spec.baseDirectory) }),
  };
}
