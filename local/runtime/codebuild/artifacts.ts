import type { Dirent } from 'node:fs';
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import picomatch from 'picomatch';
import type { ZipSource } from '../../kernel/zip';
import type { ArtifactSpec, Buildspec } from './buildspec';
import { PhaseFailed } from './failed';

/** Folder of an artifact's files on this machine. Links that lead out of `within` are refused. */
export interface ArtifactFolder {
  readonly directory: string;
  readonly within: string;
}

/**
 * Returns the part of the buildspec that produces each output (B8): a single output is the primary artifact, several
 * are the secondary artifacts of their names.
 */
export function specsOf<O extends { name: string }>(
  artifacts: Buildspec['artifacts'],
  outputs: readonly O[],
): { output: O; spec: ArtifactSpec }[] {
  return outputs.map((output) => {
    const spec = outputs.length === 1 ? artifacts : artifacts?.secondary[output.name];
    if (spec) return { output, spec };
    const section = outputs.length === 1 ? 'artifacts' : `artifacts.secondary-artifacts.${output.name}`;
    throw new PhaseFailed('CLIENT_ERROR', `the output ${output.name} is expected, and the buildspec has no ${section}`);
  });
}

/** The files of an artifact as members of its archive, in order of path, and the patterns that found none. */
export async function collectArtifact(
  spec: ArtifactSpec,
  folder: ArtifactFolder,
): Promise<{ members: ZipSource[]; unmatched: string[] }> {
  const found = await walk(spec, { ...folder, within: await realpath(folder.within) }, '');
  const included = spec.files.map((pattern) => ({ pattern, matches: matcher(pattern) }));
  const excluded = spec.excludePaths.map(matcher);
  const members = new Map<string, ZipSource>();
  const matched = new Set<string>();
  for (const entry of found) {
    const patterns = included.filter(({ matches }) => matches(entry.path)).map(({ pattern }) => pattern);
    for (const pattern of patterns) matched.add(pattern);
    if (patterns.length === 0 || excluded.some((matches) => matches(entry.path))) continue;
    const path = spec.discardPaths ? basename(entry.path) : entry.path;
    members.set(path, await member(entry, path));
  }
  const sorted = [...members.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { members: sorted, unmatched: spec.files.filter((pattern) => !matched.has(pattern)) };
}

function matcher(pattern: string): (path: string) => boolean {
  return picomatch(pattern.replace(/^\.\//, ''), { dot: true, nonegate: true });
}

interface Found {
  readonly path: string;
  readonly file: string;
  readonly link: boolean;
}

/** Yields every file below a folder. Links are kept, or followed within the folder (B8). */
async function walk(spec: ArtifactSpec, folder: ArtifactFolder, at: string): Promise<Found[]> {
  const found: Found[] = [];
  const directory = join(folder.directory, at);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = at ? `${at}/${entry.name}` : entry.name;
    const file = join(directory, entry.name);
    const kind = entry.isSymbolicLink() && !spec.enableSymlinks ? await follow(file, folder, path) : kindOf(entry);
    if (kind === 'directory') found.push(...(await walk(spec, folder, path)));
    else if (kind !== 'nothing') found.push({ path, file, link: kind === 'link' });
  }
  return found;
}

function kindOf(entry: Dirent): 'file' | 'directory' | 'link' | 'nothing' {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'directory';
  return entry.isFile() ? 'file' : 'nothing';
}

/** Returns the target of a link. One that leads nowhere, or to a directory it stands in, is left out. */
async function follow(file: string, folder: ArtifactFolder, path: string): Promise<'file' | 'directory' | 'nothing'> {
  const target = await realpath(file).catch(() => undefined);
  if (target === undefined) return 'nothing';
  if (relative(folder.within, target).startsWith('..')) {
    const message = `the link ${path} leads to ${target}, outside of the source`;
    throw new PhaseFailed('CLIENT_ERROR', `${message}, which the local runtime does not follow`);
  }
  if (!(await stat(file)).isDirectory()) return 'file';
  const here = await realpath(join(file, '..'));
  return here === target || here.startsWith(`${target}/`) ? 'nothing' : 'directory';
}

async function member({ file, link }: Found, path: string): Promise<ZipSource> {
  if (link) return { path, kind: 'link', mode: 0o777, data: Buffer.from(await readlink(file)) };
  const { mode } = await stat(file);
  return { path, kind: 'file', mode: mode & 0o777, data: await readFile(file) };
}
