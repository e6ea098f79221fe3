import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRaw } from 'node:zlib';

/** One member of a zip archive, with its Unix attributes. */
export interface ZipEntry {
  /** Relative, with `/`; a directory's ends in none. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** Permission bits, for example 0o755. */
  readonly mode: number;
}

/** Input of an archive. A link's data is its target. */
export type ZipSource = ZipEntry & { readonly data: Uint8Array };

const inflate = promisify(inflateRaw) as (data: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;
const deflate = promisify(deflateRaw) as (data: Uint8Array, options: { level: number }) => Promise<Buffer>;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;

/** Contents are read into memory (*choice*). */
const MOST_BYTES = 2 * 1024 ** 3;

const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000 } as const;
const UTF8_NAMES = 0x0800;
const MADE_BY_UNIX = 0x031e;
/** 1980-01-01: an archive of the same content is the same bytes. */
const NO_DATE = 0x0021;

/** Writes an archive in the order of `entries`, the same bytes for the same content. More than 4 GiB is refused. */
export async function writeZip(entries: readonly ZipSource[]): Promise<Buffer> {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.kind === 'directory' ? `${entry.path}/` : entry.path);
    const packed = entry.kind === 'file' ? await deflate(entry.data, { level: 1 }) : Buffer.from(entry.data);
    const common = commonHeader(entry, name.length, packed.length);
    const local = Buffer.concat([uint32(LOCAL_HEADER), common, name, packed]);
    body.push(local);
    directory.push(uint32(CENTRAL_HEADER), uint16(MADE_BY_UNIX), common, centralTail(entry, offset), name);
    offset += local.length;
    if (offset > 0xffff_ffff) throw new RangeError('an archive of more than 4 GiB');
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...body, central, endRecords(entries.length, central.length, offset)]);
}

/** Returns the fields from "version needed" to "extra length", which the local and the central header share. */
function commonHeader(entry: ZipSource, nameLength: number, packedLength: number): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(UTF8_NAMES, 2);
  header.writeUInt16LE(entry.kind === 'file' ? 8 : 0, 4);
  header.writeUInt16LE(NO_DATE, 8);
  header.writeUInt32LE(crc32(entry.data), 10);
  header.writeUInt32LE(packedLength, 14);
  header.writeUInt32LE(entry.data.length, 18);
  header.writeUInt16LE(nameLength, 22);
  return header;
}

function centralTail(entry: ZipEntry, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((TYPE_BITS[entry.kind] | entry.mode) << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  return tail;
}

function endRecords(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  if (count < 0xffff) return end;
  const wide = Buffer.alloc(76);
  wide.writeUInt32LE(END_64, 0);
  wide.writeBigUInt64LE(44n, 4);
  wide.writeUInt16LE(MADE_BY_UNIX, 12);
  wide.writeUInt16LE(45, 14);
  for (const at of [24, 32]) wide.writeBigUInt64LE(BigInt(count), at);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.writeUInt32LE(END_64_LOCATOR, 56);
  wide.writeBigUInt64LE(BigInt(offset + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end]);
}

/**
 * Opens an archive: its members in the archive's order, each with a function that reads it. Throws if it is no zip, and
 * if it holds a path that leads out of it, that occurs twice, or that is below a file or a link of the same archive.
 */
export function readZip(archive: Buffer): (ZipEntry & { read(): Promise<Buffer> })[] {
  try {
    const entries = membersOf(archive);
    refuseAmbiguous(entries);
    return entries;
  } catch (error) {
    throw asDamage(error);
  }
}

/** A number in the archive that points to a place outside of it is damage. */
function asDamage(error: unknown): unknown {
  const isOutside = ['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS'].includes((error as { code?: string }).code ?? '');
  return isOutside ? new Error('the zip archive is damaged') : error;
}

function membersOf(archive: Buffer): (ZipEntry & { read(): Promise<Buffer> })[] {
  const { count, offset } = endOf(archive);
  const entries = [];
  let bytes = 0;
  for (let at = offset, index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error('the zip archive is damaged');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const attributes = archive.readUInt16LE(at + 40);
    const header = at;
    bytes += archive.readUInt32LE(at + 24);
    if (bytes > MOST_BYTES) throw new Error(`the zip archive has more than ${MOST_BYTES} bytes of content`);
    entries.push({
      ...entryOf(name, attributes),
      read: () => readMember(archive, header).catch((error) => Promise.reject(asDamage(error))),
    });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function endOf(archive: Buffer): { count: number; offset: number } {
  const end = archive.lastIndexOf(uint32(END));
  if (end < 0 || end + 22 > archive.length) throw new Error('not a zip archive');
  const locator = end - 20;
  if (locator >= 0 && archive.readUInt32LE(locator) === END_64_LOCATOR) {
    const wide = Number(archive.readBigUInt64LE(locator + 8));
    return { count: Number(archive.readBigUInt64LE(wide + 32)), offset: Number(archive.readBigUInt64LE(wide + 48)) };
  }
  return { count: archive.readUInt16LE(end + 10), offset: archive.readUInt32LE(end + 16) };
}

/** Archives from writers without Unix attributes have no mode bits. */
function entryOf(name: string, unixMode: number): ZipEntry {
  const type = unixMode & 0o170000;
  const path = posix.normalize(name).replace(/\/$/, '');
  if (path.startsWith('/') || path === '..' || path.startsWith('../') || path.includes('\0')) {
    throw new Error(`the zip archive holds a path outside of it: ${name}`);
  }
  if (name.endsWith('/')) return { path, kind: 'directory', mode: unixMode & 0o777 || 0o755 };
  const kind = type === TYPE_BITS.link ? 'link' : 'file';
  return { path, kind, mode: unixMode & 0o777 || 0o644 };
}

async function readMember(archive: Buffer, header: number): Promise<Buffer> {
  const method = archive.readUInt16LE(header + 10);
  const packedLength = archive.readUInt32LE(header + 20);
  const local = archive.readUInt32LE(header + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + packedLength);
  if (method === 0) return packed;
  // The size that the archive states: a member that is larger fails, and takes no memory.
  if (method === 8) return inflate(packed, { maxOutputLength: Math.max(1, archive.readUInt32LE(header + 24)) });
  throw new Error(`the zip archive uses compression method ${method}, which is not supported`);
}

/** Unpacks the wanted members below `directory`, with permissions and links. A path that leads out of it is refused. */
export async function extractZip(
  archive: Buffer,
  directory: string,
  wanted: (entry: ZipEntry) => boolean = () => true,
): Promise<void> {
  const entries = readZip(archive).filter(wanted);
  await mkdir(directory, { recursive: true });
  const folders = new Set(entries.map((entry) => (entry.kind === 'directory' ? entry.path : dirname(entry.path))));
  for (const folder of folders) await mkdir(join(directory, folder), { recursive: true });
  await eachOf(entries, async (entry) => {
    const { path, mode } = entry;
    // A file that is there already, or a link, is not written to.
    if (entry.kind === 'file') await writeFile(join(directory, path), await entry.read(), { mode, flag: 'wx' });
  });
  // Links are created last, so that no file can be written through one.
  for (const entry of entries) {
    if (entry.kind === 'link') await symlink(await entry.read(), join(directory, entry.path));
  }
}

function refuseAmbiguous(entries: readonly ZipEntry[]): void {
  const kinds = new Map<string, ZipEntry['kind']>();
  for (const { path, kind } of entries) {
    if (kinds.has(path) && (kind !== 'directory' || kinds.get(path) !== 'directory')) {
      throw new Error(`the zip archive holds ${path} twice`);
    }
    kinds.set(path, kind);
  }
  for (const { path } of entries) {
    for (let above = dirname(path); above !== '.'; above = dirname(above)) {
      const kind = kinds.get(above);
      if (kind === 'file' || kind === 'link') {
        throw new Error(`the zip archive holds ${path} below ${above}, which is a ${kind} in it`);
      }
    }
  }
}

/** A few at a time: enough to keep the disk busy, few enough to leave descriptors to the others. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
