import type { AutoScalingClient, AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { fleetHealth } from '../fleet-health';

export interface PastHealth {
  /** `ReplacedServers` and `StayedHealthy` (`yes` or `no`); none where it is not known. */
  readonly variables: Readonly<Record<string, string>>;
  /** In words, behind others; empty where there is nothing to tell. */
  readonly text: string;
}

/**
 * Tells whether servers stayed healthy since the last roll, for the history: Auto Scaling forgets it after six weeks, and
 * CodePipeline keeps what its actions tell for twelve months (A9). A roll does not depend on it, so that who may not read
 * it may roll.
 */
export async function pastHealth(
  autoScaling: AutoScalingClient,
  groups: readonly AutoScalingGroup[],
  since: Date | undefined,
): Promise<PastHealth> {
  const [group] = groups;
  if (!group || !since) return { variables: {}, text: '' };
  const { AutoScalingGroupName: name = '', DesiredCapacity: servers = 0 } = group;
  try {
    const { replaced, again } = await fleetHealth(autoScaling, { group: name, servers, since });
    const variables = { ReplacedServers: String(replaced), StayedHealthy: again ? 'no' : 'yes' };
    const often = again ? ' again and again' : '';
    return { variables, text: replaced > 0 ? `, ${replaced} replaced as unhealthy${often} since the last roll` : '' };
  } catch (error) {
    if (!(error instanceof Error) || !/^AccessDenied/.test(error.name)) throw error;
    return { variables: {}, text: `, their health since the last roll is not known (${error.name})` };
  }
}
