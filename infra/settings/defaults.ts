import type {
  AlarmSettings,
  ApprovalSettings,
  EnvironmentSettings,
  FleetSettings,
  HoursSettings,
  VerifySettings,
} from './types';

/** Every field of these settings that has a default. */
type Complete<T, Open extends keyof T = never> = Required<Omit<T, Open>> & Pick<T, Open>;

/** Returns the expected answer after a deployment. */
export function verifyOf({ verify }: EnvironmentSettings): Complete<VerifySettings, 'contains'> {
  return { path: '/health', status: 200, withinMinutes: 5, ...given(verify) };
}

/** Returns the seconds for which a new server's service must stay up before the server counts. */
export function stableSecondsOf({ stableSeconds = 30 }: EnvironmentSettings): number {
  return stableSeconds;
}

/** The instance types that commits may choose. */
export function permittedInstanceTypes({ instanceType, permittedInstanceTypes }: FleetSettings): readonly string[] {
  return permittedInstanceTypes ?? [instanceType.replace(/\..*/, '.*')];
}

/** Returns the strategy of an environment; for an instance refresh with all its settings. */
export function strategyOf({ strategy = 'rolling' }: EnvironmentSettings): Strategy {
  if (strategy === 'rolling') return { type: 'rolling' };
  const more = strategy === 'instance-refresh' ? {} : given(strategy);
  return { checkpoints: [], checkpointDelayMinutes: 60, bakeMinutes: 0, ...more, type: 'instance-refresh' };
}

export type Strategy =
  | { readonly type: 'rolling' }
  | {
      readonly type: 'instance-refresh';
      /** Empty without checkpoints. */
      readonly checkpoints: readonly number[];
      readonly checkpointDelayMinutes: number;
      readonly bakeMinutes: number;
    };

/** Returns the approvers, and for how long the approval waits; undefined without an approval. */
export function approvalOf({ approval }: EnvironmentSettings): Complete<ApprovalSettings> | undefined {
  return approval && { notify: [], timeoutMinutes: 7 * 24 * 60, ...given(approval) };
}

/** Returns the alarms, and for how long they are watched; undefined without alarms. */
export function alarmsOf({
  alarms,
}: EnvironmentSettings): Complete<AlarmSettings, 'errorPercent' | 'unhealthyHosts' | 'latencySeconds'> | undefined {
  return alarms && { watchMinutes: 5, ...given(alarms) };
}

/** Returns the hours in which servers run; undefined if they always run. */
export function hoursOf({ hours }: EnvironmentSettings): Complete<HoursSettings> | undefined {
  return hours && { days: 'MON-FRI', timeZone: 'Etc/UTC', ...given(hours) };
}

/** The fields that have a value. */
function given<T extends object>(settings: T | undefined): T {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined)) as T;
}
