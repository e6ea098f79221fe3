import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { Collection, Store } from '../../kernel/store';

/** One scaling activity, in the form of DescribeScalingActivities. */
export interface Activity {
  readonly id: string;
  /** Counts up, because several may start in one instant. */
  readonly order: number;
  readonly group: string;
  readonly description: string;
  readonly cause: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly status: ActivityStatus;
  readonly statusMessage?: string;
  /** 0 to 100. */
  readonly progress: number;
  /** Details that AWS gives as JSON text: the subnet and the zone. */
  readonly details: Readonly<Record<string, string>>;
}

export type ActivityStatus =
  | 'PreInService'
  | 'InProgress'
  | 'WaitingForELBConnectionDraining'
  | 'MidLifecycleAction'
  | 'Successful'
  | 'Failed'
  | 'Cancelled';

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
}

/** The activities of groups and their causes. Each start and each end is an event on the bus. */
export class Activities {
  private readonly records: Collection<Activity>;
  private started: number;

  constructor(private readonly options: Options) {
    this.records = options.store.collection('autoscaling.activities');
    this.started = Math.max(0, ...this.records.values().map((activity) => activity.order));
  }

  start(activity: Pick<Activity, 'group' | 'description' | 'cause' | 'status' | 'details'>): Activity {
    const started: Activity = {
      ...activity,
      id: this.options.ids.uuid(),
      order: ++this.started,
      startedAt: this.options.clock.now().toISOString(),
      progress: 0,
    };
    this.write(started);
    return started;
  }

  /** Changes a running activity. An unknown id (of a deleted group) changes nothing. */
  change(id: string | undefined, change: Partial<Activity>): void {
    const found = id === undefined ? undefined : this.records.get(id);
    if (found) this.write({ ...found, ...change });
  }

  end(id: string | undefined, status: 'Successful' | 'Failed' | 'Cancelled', statusMessage?: string): void {
    const endedAt = this.options.clock.now().toISOString();
    this.change(id, { status, endedAt, statusMessage, progress: 100 });
  }

  get(id: string | undefined): Activity | undefined {
    return id === undefined ? undefined : this.records.get(id);
  }

  /** A deleted group takes its activities with it. */
  forget(group: string): void {
    for (const { id } of this.list(group)) this.records.delete(id);
  }

  /** Newest first, as AWS lists them. */
  list(group?: string): Activity[] {
    return this.records
      .values()
      .filter((activity) => group === undefined || activity.group === group)
      .sort((a, b) => b.order - a.order);
  }

  private write(activity: Activity): void {
    this.records.put(activity.id, activity);
    const { group, description, cause, status } = activity;
    this.options.bus.emit({ type: 'scaling-activity', group, description, cause, status });
  }
}
