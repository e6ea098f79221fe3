/** Encodes text in the encodings of AppendFile, CreateFile, ReadFile and SetFileEncoding. Little-endian by default. */
export function encode(text: string, encoding = 'utf8'): Buffer {
  const { bits, bigEndian } = parse(encoding);
  if (bits === 8) return Buffer.from(text, 'utf8');
  const little = bits === 16 ? Buffer.from(text, 'utf16le') : utf32(text);
  return bigEndian ? swap(little, bits) : little;
}

export function decode(bytes: Buffer, encoding = 'utf8'): string {
  const { bits, bigEndian } = parse(encoding);
  if (bits === 8) return bytes.toString('utf8');
  if (bytes.length % (bits / 8) !== 0) throw new Error(`the file is not ${encoding}`);
  const little = bigEndian ? swap(Buffer.from(bytes), bits) : bytes;
  if (bits === 16) return little.toString('utf16le');
  const points = Array.from({ length: little.length / 4 }, (_, index) => little.readUInt32LE(index * 4));
  return points.map((point) => String.fromCodePoint(point)).join('');
}

function parse(encoding: string): { bits: 8 | 16 | 32; bigEndian: boolean } {
  const match = /^utf-?(8|16|32)(?:-?(le|be))?$/i.exec(encoding);
  if (!match || (match[1] === '8' && match[2])) throw new Error(`there is no encoding '${encoding}'`);
  return { bits: Number(match[1]) as 8 | 16 | 32, bigEndian: match[2]?.toLowerCase() === 'be' };
}

function utf32(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) bytes.writeUInt32LE(point, index * 4);
  return bytes;
}

function swap(bytes: Buffer, bits: 16 | 32): Buffer {
  return bits === 16 ? bytes.swap16() : bytes.swap32();
}
