import type { EnvironmentRole } from '../../names';
import { type Elsewhere, elsewhereOf, environmentsElsewhere } from '../../settings/places';
import type { EnvironmentSettings, Settings } from '../../settings/types';
import { environmentRoleArn } from './environment-roles';
import type { Grant } from './grant';

/** Access from the pipeline's account to an environment in another account or region. */
export interface Reach {
  readonly place: Elsewhere;
  /** The region, if it is another one. */
  readonly region: string | undefined;
  /** With which CloudFormation deploys the fleet, and the pipeline has it deployed. */
  readonly deploymentRoleArn: string;
  readonly rollRoleArn: string;
  /** Values for functions that act in the environment's place. */
  readonly prepare: { readonly roleArn: string; readonly region?: string | undefined };
  readonly look: { readonly roleArn: string; readonly region?: string | undefined };
}

/** Undefined for an environment in the pipeline's place. */
export function reach(settings: Settings, environment: EnvironmentSettings): Reach | undefined {
  const place = elsewhereOf(settings, environment);
  if (!place) return undefined;
  const region = place.region === place.home.region ? undefined : place.region;
  const roleArn = (purpose: EnvironmentRole) => environmentRoleArn(settings.name, { environment, place }, purpose);
  return {
    place,
    region,
    deploymentRoleArn: roleArn('deploy'),
    rollRoleArn: roleArn('roll'),
    prepare: { roleArn: roleArn('prepare'), region },
    look: { roleArn: roleArn('look'), region },
  };
}

/** Permits assuming a role of each of these environments elsewhere; empty if there are none. */
export function reachGrants(
  settings: Settings,
  purpose: 'prepare' | 'look',
  reaches: (environment: EnvironmentSettings) => boolean = () => true,
): Record<string, Grant> {
  const on = environmentsElsewhere(settings)
    .filter(({ environment }) => reaches(environment))
    .map((elsewhere) => environmentRoleArn(settings.name, elsewhere, purpose));
  return on.length > 0 ? { ReachEnvironments: { actions: ['sts:AssumeRole'], on } } : {};
}
