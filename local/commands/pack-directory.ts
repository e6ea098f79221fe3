import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeZip, type ZipSource } from '../kernel/zip';

/** A zip of a directory's content, as CDK publishes assets: names sorted, permissions kept, links kept as links. */
export async function packDirectory(directory: string): Promise<Buffer> {
  const entries = await entriesBelow(directory, '');
  return writeZip(entries.sort((one, other) => (one.path < other.path ? -1 : 1)));
}

async function entriesBelow(root: string, folder: string): Promise<ZipSource[]> {
  const found: ZipSource[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const file = join(root, path);
    if (entry.isDirectory()) found.push(...(await entriesBelow(root, path)));
    else if (entry.isSymbolicLink())
      found.push({ path, kind: 'link', mode: 0o777, data: Buffer.from(await readlink(file)) });
    else if (entry.isFile())
      found.push({ path, kind: 'file', mode: (await stat(file)).mode & 0o777, data: await readFile(file) });
  }
  return found;
}
