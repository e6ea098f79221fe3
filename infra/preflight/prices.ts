// Dollars in us-east-1, as known in November 2026, before taxes, free tiers and savings plans. Other regions cost up to
// twice as much. `docs/costs.md` explains each.

/** A month as AWS's calculators count it. */
export const HOURS = 730;

/** Price of an hour. */
export const PUBLIC_ADDRESS = 0.005;
/** Price of an hour, with one capacity unit: little traffic. */
export const LOAD_BALANCER = 0.0225 + 0.008;

/** Price of a month. */
export const ALARM = 0.1;
export const KEY = 1;
/** A disk of a server: 8 GB of gp3, as Amazon Linux 2023 has it. */
export const DISK = 8 * 0.08;

/** For one push: two builds, build and test of an image, and the minutes of the pipeline's actions. */
export const BUILD_MINUTE = { arm64: 0.0034, x86_64: 0.005 };
export const ACTION_MINUTE = 0.002;
/** Snapshots hold the used part of a disk, by GB and month. */
export const IMAGE = 2.5 * 0.05;

/** By the hour, of the size `large`; the others of a family cost in proportion. */
const LARGE: Readonly<Record<string, number>> = {
  t3: 0.0832,
  t3a: 0.0752,
  t4g: 0.0672,
  m6g: 0.077,
  m7g: 0.0816,
  m7i: 0.1008,
  m6i: 0.096,
  c6g: 0.068,
  c7g: 0.0725,
  c7i: 0.0893,
  c6i: 0.085,
  r6g: 0.1008,
  r7g: 0.1071,
  r7i: 0.1323,
  r6i: 0.126,
};

const OF_LARGE: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
};

/** Returns the price of an hour of an instance; undefined for an unknown type. */
export function instanceHour(instanceType: string): number | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const large = LARGE[family];
  const [, count = ''] = /^(\d*)xlarge$/.exec(size) ?? [];
  const ofLarge = OF_LARGE[size] ?? (size.endsWith('xlarge') ? 2 * Number(count || 1) : undefined);
  return large === undefined || ofLarge === undefined ? undefined : large * ofLarge;
}
