/** A source of random numbers that is determined by a seed, so that a test or a soak can be repeated. */
export class Random {
  constructor(private state: number) {}

  /** Returns a number from 0 to below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Returns a whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.whole(0, items.length - 1)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }
}

/** Cuts a text, and replaces some of its characters by others, among them those that end strings, lines and objects. */
export function damaged(text: string, random: Random): string {
  const pieces = [
    '"',
    '{',
    '}',
    '[',
    '\\',
    ',',
    ':',
    'null',
    '1e999',
    '-1',
    '\u0000',
    '\ud800',
    '"__proto__"',
    'é',
    ' ',
  ];
  let result = text;
  for (let change = 0; change <= random.whole(0, 2); change++) {
    const at = random.whole(0, result.length);
    result = result.slice(0, at) + random.pick(pieces) + result.slice(at + random.whole(0, 3));
  }
  return random.whole(0, 3) === 0 ? result.slice(0, random.whole(0, result.length)) : result;
}
