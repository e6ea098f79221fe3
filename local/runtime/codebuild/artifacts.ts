import type { Dirent } from 'node:fs';
import { basename } from 'node:path';
import picomatch from 'picomatch';
import { type GuestTree, LeavesTree } from '../../kernel/guest-tree';
import type { ZipSource } from '../../kernel/zip';
import type { ArtifactSpec, Buildspec } from './buildspec';
import { PhaseFailed } from './failed';
import type { InTree } from './workspace';

/** Folder of an artifact's files, by a path without links. Links that lead out of the tree are refused. */
export type ArtifactFolder = InTree;

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

/** An artifact is packed in this process's memory (*choice*). */
const MOST_BYTES = 1024 ** 3;

/** The files of an artifact as members of its archive, in order of path, and the patterns that found none. */
export async function collectArtifact(
  spec: ArtifactSpec,
  folder: ArtifactFolder,
): Promise<{ members: ZipSource[]; unmatched: string[] }> {
  const found = await walk(spec, folder, '');
  const included = spec.files.map((pattern) => ({ pattern, matches: matcher(pattern) }));
  const excluded = spec.excludePaths.map(matcher);
  const members = new Map<string, ZipSource>();
  let bytes = 0;
  const matched = new Set<string>();
  for (const entry of found) {
    const patterns = included.filter(({ matches }) => matches(entry.path)).map(({ pattern }) => pattern);
    for (const pattern of patterns) matched.add(pattern);
    if (patterns.length === 0 || excluded.some((matches) => matches(entry.path))) continue;
    const path = spec.discardPaths ? basename(entry.path) : entry.path;
    bytes += folder.tree.status(entry.file)?.size ?? 0;
    if (bytes > MOST_BYTES) throw new PhaseFailed('CLIENT_ERROR', `the artifact has more than ${MOST_BYTES} bytes`);
    members.set(path, await member(entry, folder.tree, path));
  }
  const sorted = [...members.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { members: sorted, unmatched: spec.files.filter((pattern) => !matched.has(pattern)) };
}

function matcher(pattern: string): (path: string) => boolean {
  return picomatch(pattern.replace(/^\.\//, ''), { dot: true, nonegate: true });
}

interface Found {
  /** Path in the artifact's folder. */
  readonly path: string;
  /** Path in the tree: without links, except for the link itself. */
  readonly file: string;
  readonly link: boolean;
}

/** Returns every file below a folder. Links are kept, or followed within the tree (B8). */
async function walk(spec: ArtifactSpec, { tree, path: directory }: ArtifactFolder, prefix: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const entry of await tree.entries(directory)) {
    const [path, at] = [joined(prefix, entry.name), joined(directory, entry.name)];
    if (entry.isSymbolicLink() && !spec.enableSymlinks) found.push(...(await follow(spec, { tree, path: at }, path)));
    else if (entry.isDirectory()) found.push(...(await walk(spec, { tree, path: at }, path)));
    else if (isKept(entry)) found.push({ path, file: at, link: entry.isSymbolicLink() });
  }
  return found;
}

function joined(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function isKept(entry: Dirent): boolean {
  return entry.isFile() || entry.isSymbolicLink();
}

/** Returns the files at the target of a link. One that leads nowhere, or to a directory that contains it, has none. */
async function follow(spec: ArtifactSpec, link: ArtifactFolder, path: string): Promise<Found[]> {
  const target = resolveInSource(link, `the link ${path}`);
  if (target === undefined) return [];
  if (link.tree.status(target)?.isFile()) return [{ path, file: target, link: false }];
  const contains = target === '' || link.path.startsWith(`${target}/`);
  if (contains || !link.tree.status(target)?.isDirectory()) return [];
  return walk(spec, { tree: link.tree, path: target }, path);
}

/** Returns the path without links; undefined if nothing is there. A link out of the source is refused: `CLIENT_ERROR`. */
export function resolveInSource({ tree, path }: InTree, what: string): string | undefined {
  try {
    return tree.resolve(path);
  } catch (error) {
    if (!(error instanceof LeavesTree)) throw error;
    const message = `${what} leads to ${error.target}, outside of the source`;
    throw new PhaseFailed('CLIENT_ERROR', `${message}, which the local runtime does not follow`);
  }
}

async function member({ file, link }: Found, tree: GuestTree, path: string): Promise<ZipSource> {
  if (link) return { path, kind: 'link', mode: 0o777, data: Buffer.from(tree.readLink(file)) };
  const { content, mode } = (await tree.readFile(file)) ?? { content: Buffer.alloc(0), mode: 0o644 };
  return { path, kind: 'file', mode, data: content };
}
