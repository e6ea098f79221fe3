import type { RefreshPreferences } from './refresh-preferences';

/**
 * An instance refresh, as data: what is, and what comes next. Pure; the doing is in `refresh-run.ts`. AWS documents the
 * outcome (F28, F29), not the steps: the batches are our reading [I].
 *
 *     launch ──▶ (new ones in service, healthy, warmed up) ──▶ terminate ──▶ launch …    max above 100, or min at 100
 *     terminate ──▶ (the group fills the gap, and that warms up) ──▶ terminate …         otherwise
 *                                    └── checkpoint ──▶ (delay) ──┘
 *                                    └── finish
 */
export interface RefreshSituation {
  readonly preferences: Pick<
    RefreshPreferences,
    'minHealthyPercentage' | 'maxHealthyPercentage' | 'checkpointPercentages'
  >;
  /** The group's desired capacity. */
  readonly desired: number;
  /** The group's live instances, oldest first. */
  readonly instances: readonly RefreshInstance[];
  /** Number of instances that the group may have above its desired capacity now. */
  readonly surge: number;
  /** Number of checkpoints that the refresh has passed. */
  readonly passed: number;
}

export interface RefreshInstance {
  readonly id: string;
  /** True if it must be replaced. */
  readonly old: boolean;
  /** F29: in service, healthy, and warmed up. */
  readonly ready: boolean;
}

export type RefreshMove =
  /** Lets the group have so many instances above its desired capacity. */
  | { readonly kind: 'launch'; readonly surge: number }
  | { readonly kind: 'terminate'; readonly instances: readonly string[]; readonly surge: number }
  /** Waits, having so much of the group new. `passed` checkpoints are behind then. */
  | { readonly kind: 'checkpoint'; readonly percentage: number; readonly passed: number }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'finish' };

/** The next move. Asked again whenever something has changed. */
export function nextRefreshMove(situation: RefreshSituation): RefreshMove {
  const { desired, instances, surge } = situation;
  const old = instances.filter((instance) => instance.old);
  const unready = instances.filter((instance) => !instance.old && !instance.ready);
  const settled = unready.length === 0 && surge === 0 && instances.length === desired;

  const checkpoint = settled ? checkpointReached(situation) : undefined;
  if (checkpoint) return checkpoint;
  const wanted = Math.min(old.length, stillToReplace(situation));
  if (settled && wanted === 0) return { kind: 'finish' };

  if (launchesFirst(situation)) {
    const replaced = Math.min(old.length, surge, instances.length - desired - unready.length);
    if (replaced > 0) return { kind: 'terminate', instances: leaving(old, replaced), surge: surge - replaced };
    // Old ones that ended by themselves need no room above.
    if (surge > old.length) return { kind: 'terminate', instances: [], surge: old.length };
    const more = Math.min(wanted, room(situation) - surge);
    if (more > 0) return { kind: 'launch', surge: surge + more };
  } else {
    const budget = Math.max(1, desired - atLeast(situation)) - unready.length - coming(situation);
    const replaced = Math.min(wanted, budget);
    if (replaced > 0) return { kind: 'terminate', instances: leaving(old, replaced), surge: 0 };
  }
  return { kind: 'wait', reason: whyWaiting(unready) };
}

/** Percent of the group that is new, healthy and warmed up, rounded down. */
export function percentageOf({ desired, instances }: Pick<RefreshSituation, 'desired' | 'instances'>): number {
  if (desired === 0) return 100;
  const replaced = instances.filter((instance) => !instance.old && instance.ready).length;
  return Math.min(100, Math.floor((100 * replaced) / desired));
}

/**
 * Returns the last checkpoint that is reached; earlier ones are skipped. The one at 100 is the end, and has no delay.
 */
function checkpointReached(situation: RefreshSituation): RefreshMove | undefined {
  const { preferences, passed } = situation;
  const percentage = percentageOf(situation);
  const reached = preferences.checkpointPercentages.filter((checkpoint) => checkpoint <= percentage).length;
  const last = preferences.checkpointPercentages[reached - 1];
  if (reached <= passed || last === undefined || last === 100) return undefined;
  // A refresh that has no checkpoint at 100 ends at its last one.
  if (reached === preferences.checkpointPercentages.length) return { kind: 'finish' };
  return percentage === 100 ? undefined : { kind: 'checkpoint', percentage, passed: reached };
}

/** Returns the number of new instances that the next checkpoint, or the end, needs. */
function stillToReplace(situation: RefreshSituation): number {
  const { preferences, desired, instances, passed } = situation;
  const next = preferences.checkpointPercentages[passed] ?? 100;
  const fresh = instances.filter((instance) => !instance.old).length + coming(situation);
  return Math.max(0, Math.ceil((desired * next) / 100) - fresh);
}

/** Instances that the group is launching, or is about to. */
function coming({ desired, surge, instances }: RefreshSituation): number {
  return Math.max(0, desired + surge - instances.length);
}

/** F28: with room above 100 percent, or none below it, an instance ends only after its replacement is ready. */
function launchesFirst({ preferences }: RefreshSituation): boolean {
  return preferences.maxHealthyPercentage > 100 || preferences.minHealthyPercentage === 100;
}

/**
 * Returns the number of instances that may be launched above the desired capacity. It is at least one.
 */
function room({ preferences, desired }: RefreshSituation): number {
  return Math.max(1, Math.floor((desired * preferences.maxHealthyPercentage) / 100) - desired);
}

function atLeast({ preferences, desired }: RefreshSituation): number {
  return Math.ceil((desired * preferences.minHealthyPercentage) / 100);
}

/** Those that serve least go first, then the oldest. */
function leaving(old: readonly RefreshInstance[], count: number): string[] {
  const order = [...old.filter(({ ready }) => !ready), ...old.filter(({ ready }) => ready)];
  return order.slice(0, count).map(({ id }) => id);
}

function whyWaiting(unready: readonly RefreshInstance[]): string {
  const [first] = unready;
  if (!first) return 'Waiting for instances to launch or terminate before continuing.';
  return `Waiting for instances to warm up before continuing. For example: ${first.id} is warming up.`;
}
