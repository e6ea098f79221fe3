import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { EventPublisher } from '../../kernel/ports';
import type { Change } from './lifecycle';
import type { LaunchTemplateReference } from './ports';
import { type GivenPreferences, type RefreshPreferences, refreshPreferences } from './refresh-preferences';
import { isActive, type Refresh, type RefreshRecords, type RefreshStatus } from './refresh-records';
import { type RefreshEnd, type RefreshOptions, RefreshRun } from './refresh-run';

interface Options extends RefreshOptions {
  readonly ids: Ids;
  readonly publisher?: EventPublisher;
  changed(group: string, change: Change): void;
}

export interface RefreshRequest {
  readonly preferences?: GivenPreferences;
  readonly desiredTemplate?: LaunchTemplateReference;
  readonly by: 'user' | 'cloudformation';
}

/** Message about a refresh that was in progress when the runtime was killed. */
const INTERRUPTED = 'The local runtime stopped while this was in progress.';

/** The instance refreshes of all groups: one at a time in each (F27). */
export class InstanceRefreshes {
  private readonly runs = new Map<string, RefreshRun>();
  private readonly records: RefreshRecords;
  private readonly unsubscribe: () => void;

  constructor(private readonly options: Options) {
    this.records = options.refreshes;
    this.unsubscribe = options.targetGroups.onHealthChanged(() => {
      for (const run of this.runs.values()) run.look();
    });
  }

  /** Starts a refresh, including its first steps. Refuses with AWS's message. */
  start(group: string, { preferences: given, desiredTemplate, by }: RefreshRequest): Refresh {
    const { clock, ids, records } = this.options;
    const found = records.require(group);
    const preferences = refreshPreferences(given, by === 'user' ? 'api' : by);
    if (this.records.active(group)) {
      throw new AwsError(
        'InstanceRefreshInProgress',
        'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
      );
    }
    if (preferences.autoRollback && !desiredTemplate) {
      // F30. [I] AWS's message is not recorded.
      throw new AwsError('ValidationError', 'AutoRollback requires a DesiredConfiguration.');
    }
    this.requireQuietAlarms(preferences);
    const instances = records.instances(group).map(({ instanceId }) => instanceId);
    const refresh = this.records.add({
      id: ids.uuid(),
      group,
      status: 'Pending',
      startedAt: clock.now().toISOString(),
      percentage: 0,
      toUpdate: instances.length,
      preferences,
      desiredTemplate,
      by,
      found: instances,
    });
    records.putGroup({ ...found, refreshTemplate: desiredTemplate });
    this.tell(refresh, 'Started');
    this.run(refresh);
    return this.records.get(refresh.id)!;
  }

  /** Stops replacing. Replaced instances stay. */
  cancel(group: string): Refresh {
    const refresh = this.needActive(group);
    this.records.change(refresh.id, { status: 'Cancelling' });
    return this.conclude(refresh.id, 'Cancelled', 'Cancelled due to user request.');
  }

  /** F30: returns to the configuration that the group has kept. */
  rollback(group: string, reason = 'A user request has started the rollback.'): Refresh {
    const refresh = this.needActive(group);
    if (!refresh.desiredTemplate || refresh.by === 'cloudformation' || refresh.rollback) {
      const why = refresh.rollback
        ? 'it is being rolled back already'
        : refresh.by === 'cloudformation'
          ? 'CloudFormation started it; roll the stack back'
          : 'it has no desired configuration';
      throw new AwsError('IrreversibleInstanceRefresh', `The instance refresh cannot be rolled back: ${why}.`);
    }
    this.goBack(refresh, reason);
    return this.records.get(refresh.id)!;
  }

  list(group: string): Refresh[] {
    const all = this.records.list(group);
    return [...all.filter(isActive), ...all.filter((refresh) => !isActive(refresh))];
  }

  get(id: string): Refresh | undefined {
    return this.records.get(id);
  }

  active(group: string): Refresh | undefined {
    return this.records.active(group);
  }

  /** Something happened in the group. */
  hear(group: string, change?: Change): void {
    const refresh = this.records.active(group);
    const run = refresh && this.runs.get(refresh.id);
    if (change?.kind === 'launch-failed') run?.launchFailed(change.reason);
    run?.look();
  }

  /** The group is going. */
  forget(group: string): void {
    for (const { id } of this.records.list(group)) {
      this.runs.get(id)?.stop();
      this.runs.delete(id);
    }
    this.records.forget(group);
  }

  /** Fails a refresh that a kill interrupted; the group keeps its current instances. */
  recover(): void {
    for (const refresh of this.records.list().filter(isActive)) {
      this.conclude(refresh.id, refresh.rollback ? 'RollbackFailed' : 'Failed', INTERRUPTED);
    }
  }

  stop(): void {
    this.unsubscribe();
    for (const run of this.runs.values()) run.stop();
    this.runs.clear();
  }

  private run({ id, group }: Refresh): void {
    const run = new RefreshRun(this.options, id, {
      ended: (end) => this.ended(id, end),
      checkpoint: (percentage) => {
        const refresh = this.records.get(id)!;
        this.tell(refresh, 'Checkpoint Reached', { CheckpointPercentage: percentage });
        this.options.changed(group, { kind: 'refresh', refreshId: id, status: refresh.status, percentage });
      },
    });
    this.runs.set(id, run);
    run.begin();
  }

  private ended(id: string, end: RefreshEnd): void {
    const refresh = this.records.get(id);
    if (!refresh) return;
    if (end.content) return void this.conclude(id, refresh.rollback ? 'RollbackSuccessful' : 'Successful');
    const goesBack = refresh.preferences.autoRollback && !refresh.rollback && this.options.records.group(refresh.group);
    if (goesBack) return this.goBack(refresh, end.reason);
    this.conclude(id, refresh.rollback ? 'RollbackFailed' : 'Failed', end.reason);
  }

  private goBack(refresh: Refresh, reason: string): void {
    const { clock, records } = this.options;
    this.runs.get(refresh.id)?.stop();
    const { percentage, toUpdate } = refresh;
    const rollback = { reason, startedAt: clock.now().toISOString(), percentage, toUpdate };
    const next = this.records.change(refresh.id, { status: 'RollbackInProgress', statusReason: reason, rollback })!;
    records.changeGroup(refresh.group, { refreshTemplate: undefined });
    this.run(next);
  }

  private conclude(id: string, status: RefreshStatus, statusReason?: string): Refresh {
    const { clock, reconciler, records } = this.options;
    this.runs.get(id)?.stop();
    this.runs.delete(id);
    const refresh = this.records.get(id)!;
    const group = records.group(refresh.group);
    if (group) {
      const launchTemplate =
        status === 'Successful' && group.refreshTemplate ? group.refreshTemplate : group.launchTemplate;
      records.putGroup({ ...group, launchTemplate, refreshTemplate: undefined, surge: undefined });
    }
    const endedAt = clock.now().toISOString();
    const concluded = this.records.change(id, { status, statusReason, endedAt })!;
    this.tell(concluded, status === 'Successful' ? 'Succeeded' : status);
    this.options.changed(refresh.group, { kind: 'refresh', refreshId: id, status, percentage: concluded.percentage });
    reconciler.reconcile(refresh.group);
    return concluded;
  }

  private needActive(group: string): Refresh {
    this.options.records.require(group);
    const refresh = this.records.active(group);
    if (refresh) return refresh;
    const message = `No in progress or pending Instance Refresh found for Auto Scaling group ${group}.`;
    throw new AwsError('ActiveInstanceRefreshNotFound', message);
  }

  /** F30. [I] AWS's message is not recorded. */
  private requireQuietAlarms({ alarms }: RefreshPreferences): void {
    for (const name of alarms) {
      const state = this.options.alarms?.state(name);
      if (state === undefined) throw new AwsError('ValidationError', `The alarm ${name} does not exist.`);
      if (state !== 'OK') {
        throw new AwsError('ValidationError', `The alarm ${name} is in state ${state}. It must be in state OK.`);
      }
    }
  }

  private tell({ id, group }: Refresh, what: string, more: object = {}): void {
    const { publisher, records } = this.options;
    const arn = records.group(group)?.arn;
    publisher?.publish({
      source: 'aws.autoscaling',
      detailType: `EC2 Auto Scaling Instance Refresh ${what}`,
      resources: arn ? [arn] : [],
      detail: { InstanceRefreshId: id, AutoScalingGroupName: group, ...more },
    });
  }
}
