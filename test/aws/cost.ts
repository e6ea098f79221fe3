/*
 * Dollars an hour of what a trial runs, in us-east-1 as it was known in November 2026, rounded up. Other regions cost
 * up to twice as much, and so does this estimate.
 */
const HOURLY = {
  servers: 4 * 0.0084,
  loadBalancer: 0.0225 + 0.008,
  publicAddresses: 6 * 0.005,
  bake: 0.0168,
  builds: 60 * 0.0034,
};
const OTHER_REGIONS = 2;
/** Storage of AMIs, requests and logs of a trial that removes everything. */
const ONCE = 0.5;

/** The most dollars that a trial of so many minutes costs, before taxes. Its teardown, up to an hour, is in it. */
export function mostDollars(minutes: number): number {
  const hour = Object.values(HOURLY).reduce((sum, dollars) => sum + dollars, 0);
  return Math.ceil(100 * (ONCE + (OTHER_REGIONS * hour * (minutes + 60)) / 60)) / 100;
}
