import { TemplateError } from '../template-error';

/** The first `count` blocks with `bits` host bits each, from the start of `block`; IPv4 or IPv6. */
export function cidrBlocks(request: { block: string; count: number; bits: number }): string[] {
  const { block, count, bits } = request;
  const refuse = (why: string) => new TemplateError(`Template error: Fn::Cidr ${why}`);
  const [address = '', mask = ''] = block.split('/');
  const family = address.includes(':') ? IPV6 : IPV4;
  const number = family.parse(address);
  const prefix = Number(mask);
  if (number === undefined || !/^\d+$/.test(mask) || prefix > family.width)
    throw refuse(`cannot read the block ${block}`);
  if (!Number.isInteger(count) || count < 1 || count > 256) throw refuse('count must be between 1 and 256');
  if (!Number.isInteger(bits) || bits < 1 || bits > family.width - prefix) {
    throw refuse(`cidrBits must be between 1 and ${family.width - prefix} for ${block}`);
  }
  if (BigInt(count) << BigInt(bits) > 1n << BigInt(family.width - prefix)) {
    throw refuse(`cannot fit ${count} blocks of ${bits} bits in ${block}`);
  }
  const hosts = BigInt(family.width - prefix);
  const first = (number >> hosts) << hosts;
  return Array.from(
    { length: count },
    (_, index) => `${family.format(first + (BigInt(index) << BigInt(bits)))}/${family.width - bits}`,
  );
}

interface Family {
  /** Bits of an address. */
  readonly width: number;
  parse(text: string): bigint | undefined;
  format(address: bigint): string;
}

const IPV4: Family = {
  width: 32,
  parse(text) {
    const parts = text.split('.');
    if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
    return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  },
  format: (address) => [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.'),
};

const IPV6: Family = {
  width: 128,
  parse(text) {
    const [head = '', tail, ...more] = text.split('::');
    const groups = (part: string) => (part ? part.split(':') : []);
    const before = groups(head);
    const after = groups(tail ?? '');
    const missing = 8 - before.length - after.length;
    if (more.length || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
    const all = [...before, ...Array<string>(missing).fill('0'), ...after];
    if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
    return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  },
  format(address) {
    const groups = Array.from({ length: 8 }, (_, index) =>
      ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
    );
    // A URL writes an IPv6 address in its shortest form (RFC 5952).
    return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  },
};
