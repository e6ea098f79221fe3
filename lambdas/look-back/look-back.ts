import type { FleetHealth } from '../fleet-health';

/** An environment that the execution has been through. */
export interface Earlier {
  readonly environment: string;
  /** The version among the parameters of its fleet's stack. */
  readonly version: string;
  /** The health of its servers within the last hour, and since that version was deployed. */
  readonly health: FleetHealth;
  /** Servers that are unhealthy now. */
  readonly unhealthy: readonly string[];
}

/** The version is not good in an earlier environment. */
export class NotGoodBefore extends Error {
  override readonly name = 'NotGoodBefore';
}

/**
 * Decides if a version may enter a further environment, by an environment in which it served before. Returns the
 * reason. Throws `NotGoodBefore` if it was rolled back there, or if its servers do not stay healthy.
 */
export function lookBack(version: string, { environment, version: now, health, unhealthy }: Earlier): string {
  const order = compare(now, version);
  if (order > 0) return `${environment} already serves ${now}`;
  if (order < 0)
    throw new NotGoodBefore(`${environment} went back to ${now}: ${version} is not deployed to other environments`);
  if (health.ended > 0) {
    const times = health.ended === 1 ? 'once' : `${health.ended} times`;
    throw new NotGoodBefore(
      `in ${environment}, the service of ${version} ended ${times} by itself within the last hour: ${GOES_NO_FURTHER}`,
    );
  }
  if (health.last) {
    const { instanceId, at } = health.last;
    const servers = health.replaced === 1 ? 'a server' : `${health.replaced} servers`;
    throw new NotGoodBefore(
      `${environment} replaced ${servers} of ${version} as unhealthy within the last hour, ${instanceId} at ${at.toISOString()}: ${GOES_NO_FURTHER}`,
    );
  }
  if (unhealthy.length > 0) {
    throw new NotGoodBefore(
      `in ${environment}, ${unhealthy.join(', ')} of ${version} ${unhealthy.length === 1 ? 'is' : 'are'} unhealthy: ${GOES_NO_FURTHER}`,
    );
  }
  return `${environment} serves ${version}, and its servers stayed healthy`;
}

const GOES_NO_FURTHER = 'it is not deployed to other environments';

/** Image versions are three numbers. */
function compare(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  const index = left!.findIndex((part, at) => part !== right![at]);
  return index < 0 ? 0 : left![index]! - right![index]!;
}
