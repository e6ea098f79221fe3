import { BUILD_MINUTE, instanceHour, LOAD_BALANCER, PUBLIC_ADDRESS } from '../../infra/preflight/prices';

/**
 * Dollars an hour of what a trial runs, at most: a roll at its widest, with a bake and builds beside it. Other regions than
 * that of the prices cost up to twice as much, and so does this estimate.
 */
const HOURLY = {
  servers: 4 * instanceHour('t4g.micro')!,
  loadBalancer: LOAD_BALANCER,
  publicAddresses: 6 * PUBLIC_ADDRESS,
  bake: instanceHour('t4g.small')!,
  builds: 60 * BUILD_MINUTE.arm64,
};
const OTHER_REGIONS = 2;
/** Storage of AMIs, requests and logs of a trial that removes everything. */
const ONCE = 0.5;

/** The most dollars that a trial of so many minutes costs, before taxes. Its teardown, up to an hour, is in it. */
export function mostDollars(minutes: number): number {
  const hour = Object.values(HOURLY).reduce((sum, dollars) => sum + dollars, 0);
  return Math.ceil(100 * (ONCE + (OTHER_REGIONS * hour * (minutes + 60)) / 60)) / 100;
}
