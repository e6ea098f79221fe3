import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { Objects } from '../../kernel/ports';
import { writeZip, type ZipSource } from '../../kernel/zip';
import { type ArtifactFolder, collectArtifact, specsOf } from './artifacts';
import type { BuildLog } from './build-log';
import type { ArtifactSpec, Buildspec } from './buildspec';
import { PhaseFailed } from './failed';
import type { Shell } from './shell';
import type { ArtifactLocation, Workspace } from './workspace';

interface Upload {
  readonly spec: Buildspec['artifacts'];
  readonly outputs: readonly ArtifactLocation[];
  readonly shell: Shell;
  readonly workspace: Workspace;
  readonly log: BuildLog;
}

/** Writes each output artifact to its location in S3 as a zip. Errors: `CLIENT_ERROR` if there are no files. */
export async function uploadArtifacts(upload: Upload, objects: Objects): Promise<void> {
  for (const [index, { output, spec }] of specsOf(upload.spec, upload.outputs).entries()) {
    const members = await assemble(await expand(spec, upload.shell), index, upload);
    objects.write(output.bucket, output.key, await writeZip(members));
  }
}

async function assemble(spec: ArtifactSpec, index: number, upload: Upload): Promise<ZipSource[]> {
  const { log } = upload;
  log.say('Assembling file list');
  if (spec.baseDirectory !== undefined) log.say(`Expanding base directory path: ${spec.baseDirectory}`);
  const folder = await folderOf(spec, index, upload);
  log.say(`Expanding file paths for base directory ${spec.baseDirectory ?? '.'}`);
  const { members, unmatched } = await collectArtifact(spec, folder);
  for (const pattern of unmatched) log.say(`Skipping invalid file path ${pattern}`);
  if (members.length === 0) throw new PhaseFailed('CLIENT_ERROR', 'no matching artifact paths found');
  log.say(`Found ${members.length} file(s)`);
  return members;
}

/** Returns the base directory on the host. One outside of the source is copied out by the build's own shell. */
async function folderOf(spec: ArtifactSpec, index: number, { workspace, shell }: Upload): Promise<ArtifactFolder> {
  const { baseDirectory = '.' } = spec;
  const guest = posix.resolve(workspace.source.guest, baseDirectory);
  const inSource = workspace.hostPath(guest);
  if (inSource !== undefined) {
    if (existsSync(inSource)) return { directory: inSource, within: workspace.source.host };
    throw new PhaseFailed('CLIENT_ERROR', `no matching base directory path found for ${baseDirectory}`);
  }
  const name = `artifact-${index}`;
  const quoted = `'${guest.replaceAll("'", "'\\''")}'`;
  const end = await shell.quietly(`cp -a -- ${quoted}/. "$__control/${name}"`);
  const directory = `${workspace.control.host}/${name}`;
  if ('exitCode' in end && end.exitCode === 0) return { directory, within: directory };
  throw new PhaseFailed('CLIENT_ERROR', `no matching base directory path found for ${baseDirectory}`);
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
