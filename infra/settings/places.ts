import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { EnvironmentSettings, Settings } from './types';

/** An account in a region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The place of an environment outside of the pipeline's own. */
export interface Elsewhere extends Place {
  readonly home: Place;
}

/** Returns the place of the pipeline, or undefined if the settings do not name it. */
export function homeOf({ account, region }: Settings): Place | undefined {
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** Returns the place of an environment, if it is another account or region than the pipeline's. */
export function elsewhereOf(settings: Settings, { account, region }: EnvironmentSettings): Elsewhere | undefined {
  const home = homeOf(settings);
  if (!home) return undefined;
  const place = { account: account ?? home.account, region: region ?? home.region };
  return place.account === home.account && place.region === home.region ? undefined : { ...place, home };
}

/** The environments that are elsewhere. */
export function environmentsElsewhere(settings: Settings): { environment: EnvironmentSettings; place: Elsewhere }[] {
  return settings.environments.flatMap((environment) => {
    const place = elsewhereOf(settings, environment);
    return place ? [{ environment, place }] : [];
  });
}

/** The part of AWS that a region belongs to: `aws`, `aws-cn` … Nothing crosses it. */
export function partitionOf(region: string): string {
  return RegionInfo.get(region).partition ?? 'aws';
}
