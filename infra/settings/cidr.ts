/** A block of IPv4 addresses: the first one as a number, and the number of fixed bits. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

/** Reads `10.0.0.0/16`. Undefined if it is no block, or if the address is not the first of a block. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return first % size({ first, prefix }) === 0 ? { first, prefix } : undefined;
}

/** True if two blocks share an address. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + size(other) && other.first < one.first + size(one);
}

/** The four equal parts of a block, as text. */
export function quarters(cidr: Cidr): string[] {
  const prefix = cidr.prefix + 2;
  return [0, 1, 2, 3].map((part) => formatCidr({ first: cidr.first + part * size({ first: 0, prefix }), prefix }));
}

function size(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

function formatCidr({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}
