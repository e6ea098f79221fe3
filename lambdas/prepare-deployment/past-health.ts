import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { fleetHealth, type HealthClients } from '../fleet-health';
import type { State } from '../pipeline-job';
import type { Rolled } from './prepare';

export interface FleetPast {
  readonly application: string;
  readonly stack: string;
  /** Undefined without a group. */
  readonly group: AutoScalingGroup | undefined;
  readonly rolled?: Rolled;
}

export interface PastHealth {
  /** `ReplacedServers`, `ServiceEnds` and `StayedHealthy` (`yes` or `no`); empty if they are unknown. */
  readonly variables: Readonly<Record<string, string>>;
  /** Text to append; empty without events. */
  readonly text: string;
}

/**
 * Reports if servers stayed healthy since the last roll, for the history: Auto Scaling forgets it after six weeks, and
 * CodePipeline keeps output variables for twelve months (A9). A roll does not depend on it, so a missing permission
 * does not prevent a roll.
 */
export async function pastHealth(
  clients: HealthClients,
  { application, stack, group, rolled }: FleetPast,
): Promise<PastHealth> {
  if (!group || !rolled) return { variables: {}, text: '' };
  const fleet = { ...rolled, application, stack, group, now: new Date() };
  try {
    const { replaced, ended, again } = await fleetHealth(clients, fleet);
    return {
      variables: {
        ReplacedServers: String(replaced),
        ServiceEnds: String(ended),
        StayedHealthy: again ? 'no' : 'yes',
      },
      text:
        replaced + ended > 0
          ? `, since the last roll ${replaced} were replaced as unhealthy, and the service ended ${ended} times`
          : '',
    };
  } catch (error) {
    if (!(error instanceof Error) || !/^AccessDenied/.test(error.name)) throw error;
    return { variables: {}, text: `, their health since the last roll is not known (${error.name})` };
  }
}

/** Returns the health that an earlier invocation found. */
export function rememberedHealth({ past }: State): PastHealth | undefined {
  return past === undefined ? undefined : (JSON.parse(String(past)) as PastHealth);
}
