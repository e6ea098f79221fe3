import type { ProviderContext } from '../engine/provider';
import type { Clock } from '../kernel/clock';
import { AwsError, NotSupportedLocally } from '../kernel/failure';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import { type GivenPreferences, refreshPreferences } from '../runtime/autoscaling/refresh-preferences';
import { isActive } from '../runtime/autoscaling/refresh-records';

/** `UpdatePolicy.AutoScalingInstanceRefresh` (F22). */
export interface InstanceRefreshPolicy {
  readonly preferences: GivenPreferences;
  readonly skipMatching: boolean;
}

/** F23: in each direction. */
const LONGEST_MS = 36 * 3_600_000;

/** Reads an `UpdatePolicy`; undefined if it has no instance refresh. Throws errors of F23 and F31. */
export function readInstanceRefresh(
  updatePolicy: Readonly<Record<string, unknown>> = {},
): InstanceRefreshPolicy | undefined {
  const policy = updatePolicy['AutoScalingInstanceRefresh'] as
    | { Strategy?: unknown; Preferences?: GivenPreferences & { AutoRollback?: unknown } }
    | undefined;
  if (!policy) return undefined;
  if (updatePolicy['AutoScalingRollingUpdate']) {
    // F23. [I] AWS's message is not recorded.
    throw invalid('AutoScalingInstanceRefresh and AutoScalingRollingUpdate cannot be used together in an UpdatePolicy');
  }
  if (policy.Strategy === 'ReplaceRootVolume') {
    throw new NotSupportedLocally('Strategy ReplaceRootVolume of AutoScalingInstanceRefresh', 'use Rolling');
  }
  if (policy.Strategy !== 'Rolling') {
    throw invalid(`AutoScalingInstanceRefresh.Strategy must be Rolling or ReplaceRootVolume, not ${policy.Strategy}`);
  }
  const { Preferences: preferences = {} } = policy;
  if (preferences.AutoRollback !== undefined) {
    throw invalid('AutoScalingInstanceRefresh.Preferences has no AutoRollback: the stack is rolled back');
  }
  return { preferences, skipMatching: refreshPreferences(preferences, 'cloudformation').skipMatching };
}

/**
 * Lets Auto Scaling replace the group's instances, and reports the progress. Rejects if the refresh does not succeed,
 * for any reason; the stack's rollback is then a second refresh (F23).
 */
export async function runInstanceRefresh(options: {
  readonly ctx: ProviderContext;
  readonly scaling: AutoScaling;
  readonly clock: Clock;
  readonly group: string;
  readonly policy: InstanceRefreshPolicy;
}): Promise<void> {
  const { clock, ctx, group, policy, scaling } = options;
  const { id, toUpdate } = scaling.refreshes.start(group, { preferences: policy.preferences, by: 'cloudformation' });
  ctx.progress(`Instance refresh ${id} started. Replacing instances of a group of ${toUpdate}.`);
  let tooLong = false;
  const giveUp = () => {
    const refresh = scaling.refreshes.get(id);
    if (refresh && isActive(refresh)) scaling.refreshes.cancel(group);
  };
  const cancelBound = clock.after(LONGEST_MS, () => {
    tooLong = true;
    giveUp();
  });
  try {
    const ended = untilEnded({ ctx, scaling, group, id });
    ctx.cancelled.addEventListener('abort', giveUp, { once: true });
    if (ctx.cancelled.aborted) giveUp();
    await ended;
  } finally {
    cancelBound();
    ctx.cancelled.removeEventListener('abort', giveUp);
  }
  const refresh = scaling.refreshes.get(id);
  if (refresh?.status === 'Successful') return;
  if (tooLong) throw new Error(`Instance refresh ${id} was cancelled: it took longer than 36 hours.`);
  throw new Error(`Instance refresh ${id} ended in status ${refresh?.status}: ${refresh?.statusReason ?? ''}`);
}

function untilEnded({ ctx, scaling, group, id }: Watched): Promise<void> {
  return new Promise((resolve) => {
    const refresh = scaling.refreshes.get(id);
    if (!refresh || !isActive(refresh)) return resolve();
    const unwatch = scaling.watch(group, (change) => {
      if (change.kind === 'launch-failed') ctx.progress(change.reason);
      if (change.kind !== 'refresh' || change.refreshId !== id) return;
      const now = scaling.refreshes.get(id);
      if (now && isActive(now)) {
        return ctx.progress(`Instance refresh ${id} reached the checkpoint of ${change.percentage}%.`);
      }
      unwatch();
      resolve();
    });
  });
}

interface Watched {
  readonly ctx: ProviderContext;
  readonly scaling: AutoScaling;
  readonly group: string;
  readonly id: string;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
