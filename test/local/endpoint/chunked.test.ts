import { unchunk } from '../../../local/endpoint/chunked';

const framed = '4;chunk-signature=ab\r\nwiki\r\n5\r\npedia\r\n0\r\nx-amz-checksum-crc32: AAAA\r\nx-other:b\r\n\r\n';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function whole(source: AsyncIterable<Uint8Array>, trailers: string[][] = []): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of unchunk(source, (name, value) => trailers.push([name, value]))) parts.push(part);
  return Buffer.concat(parts).toString();
}

test.each([1, 2, 3, 7, 1000])('frames are decoded at any split of the bytes, here by %i', async (size) => {
  const trailers: string[][] = [];
  expect(await whole(pieces(framed, size), trailers)).toBe('wikipedia');
  expect(trailers).toEqual([
    ['x-amz-checksum-crc32', 'AAAA'],
    ['x-other', 'b'],
  ]);
});

test('frames without trailers end with the last frame', async () => {
  expect(await whole(pieces('1\r\nx\r\n0\r\n\r\n', 4))).toBe('x');
  expect(await whole(pieces('0\r\n', 4))).toBe('');
});

test('a body that ends early is refused as incomplete', async () => {
  await expect(whole(pieces(framed.slice(0, 30), 8))).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(whole(pieces('not a size\r\n', 8))).rejects.toMatchObject({ code: 'IncompleteBody' });
});
