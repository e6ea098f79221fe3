import { randomBytes } from 'node:crypto';

/** All randomness in the local half: identifiers in the shapes AWS gives them. */
export interface Ids {
  /** `8-4-4-4-12` hex, version 4. */
  uuid(): string;
  /** Lower-case hex of `digits` characters. */
  hex(digits: number): string;
  /** Upper-case letters and digits of `length` characters, as in access key ids and physical names. */
  letters(length: number): string;
  /** URL-safe secret of `bytes` random bytes. */
  secret(bytes: number): string;
  /** An EC2-style id: `i-0abc…` (17 hex digits). */
  ec2(prefix: string): string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Identifiers from a source of random bytes; tests pass a seeded one. */
export function createIds(random: (bytes: number) => Uint8Array = inStock(4096)): Ids {
  const hex = (digits: number) =>
    Buffer.from(random(Math.ceil(digits / 2)))
      .toString('hex')
      .slice(0, digits);
  return {
    hex,
    uuid() {
      const h = hex(32);
      const variant = '89ab'[Number.parseInt(h.slice(16, 17), 16) & 3];
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`;
    },
    letters: (length) => Array.from(random(length), (byte) => LETTERS[byte % LETTERS.length]).join(''),
    secret: (bytes) => Buffer.from(random(bytes)).toString('base64url'),
    ec2: (prefix) => `${prefix}-0${hex(16)}`,
  };
}

/** Random bytes, drawn `size` at a time: each draw asks the kernel, and a load balancer needs some for every request. */
function inStock(size: number): (bytes: number) => Uint8Array {
  let stock = Buffer.alloc(0);
  return (bytes) => {
    if (bytes > size) return randomBytes(bytes);
    if (stock.length < bytes) stock = randomBytes(size);
    const taken = stock.subarray(0, bytes);
    stock = stock.subarray(bytes);
    return taken;
  };
}
