import type { Collection, Store } from '../../kernel/store';
import type { LaunchTemplateReference } from './ports';
import type { RefreshPreferences } from './refresh-preferences';

/** F27. */
export type RefreshStatus =
  | 'Pending'
  | 'InProgress'
  | 'Baking'
  | 'Successful'
  | 'Failed'
  | 'Cancelling'
  | 'Cancelled'
  | 'RollbackInProgress'
  | 'RollbackSuccessful'
  | 'RollbackFailed';

/** One instance refresh, in its stored form. */
export interface Refresh {
  readonly id: string;
  /** Counts up, because several may start in one instant. */
  readonly order: number;
  readonly group: string;
  readonly status: RefreshStatus;
  readonly statusReason?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly percentage: number;
  /** Number of old instances that are left. */
  readonly toUpdate: number;
  readonly preferences: RefreshPreferences;
  /** Launch template of the group after a successful refresh; its own template until then. Absent: the group's own. */
  readonly desiredTemplate?: LaunchTemplateReference;
  /** F23: CloudFormation rolls its own back by rolling the stack back. */
  readonly by: 'user' | 'cloudformation';
  /** Instances that were there at the start, if matching ones are not skipped: the instances that it found. */
  readonly found: readonly string[];
  readonly rollback?: {
    readonly reason: string;
    readonly startedAt: string;
    /** Percentage that was done before. */
    readonly percentage: number;
    readonly toUpdate: number;
  };
}

const ACTIVE: readonly RefreshStatus[] = ['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'];

export function isActive({ status }: Pick<Refresh, 'status'>): boolean {
  return ACTIVE.includes(status);
}

/** The refreshes of all groups. */
export class RefreshRecords {
  private readonly refreshes: Collection<Refresh>;
  private started: number;

  constructor(store: Store) {
    this.refreshes = store.collection('autoscaling.refreshes');
    this.started = Math.max(0, ...this.refreshes.values().map(({ order }) => order));
  }

  add(refresh: Omit<Refresh, 'order'>): Refresh {
    const added: Refresh = { ...refresh, order: ++this.started };
    this.refreshes.put(added.id, added);
    return added;
  }

  get(id: string): Refresh | undefined {
    return this.refreshes.get(id);
  }

  change(id: string, change: Partial<Refresh>): Refresh | undefined {
    const found = this.get(id);
    if (!found) return undefined;
    const changed = { ...found, ...change };
    this.refreshes.put(id, changed);
    return changed;
  }

  /** Newest first. */
  list(group?: string): Refresh[] {
    return this.refreshes
      .values()
      .filter((refresh) => group === undefined || refresh.group === group)
      .sort((a, b) => b.order - a.order);
  }

  active(group: string): Refresh | undefined {
    return this.list(group).find(isActive);
  }

  forget(group: string): void {
    for (const { id } of this.list(group)) this.refreshes.delete(id);
  }
}
