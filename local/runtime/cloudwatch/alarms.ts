import { arn, type Scope } from '../../kernel/arn';
import { type Cancel, type Clock, everyMinute } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError, messageOf } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { AlarmState, Alarms as AlarmsPort, EventPublisher } from '../../kernel/ports';
import type { Collection, Journal, Store } from '../../kernel/store';
import { notification, stamp, stateChangeDetail } from './announcement';
import { checkAlarm } from './check-alarm';
import { evaluate, evaluationRange } from './evaluate';
import type { MetricStore } from './metric-store';
import { answer, periodOf } from './query';
import { reasonFor } from './reason';
import {
  type AlarmRecord,
  type AlarmSpec,
  type HistoryItem,
  isMetricStat,
  type MetricQuery,
  type Window,
} from './records';

/** Executes an action of an alarm when its state changes: the service in the action's ARN decides how. */
export type Act = (action: string, message: { subject: string; message: string }) => void;

export interface AlarmsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly publisher: EventPublisher;
  /** By service, as in the action's ARN: `sns`. Others are refused by name. */
  readonly actions: Readonly<Record<string, Act>>;
}

/** A minute's metrics are all there when half of the next one has passed. */
const MINUTE_PART = 0.5;

/** The id of the only line of an alarm on one metric. */
const ONLY = 'm1';

/** CloudWatch's metric alarms: evaluated every minute, their states and their history kept. */
export class Alarms implements AlarmsPort {
  private readonly byName: Collection<AlarmRecord>;
  private readonly past: Journal<HistoryItem>;
  private cancel: Cancel | undefined;

  constructor(
    private readonly options: AlarmsOptions,
    private readonly metrics: MetricStore,
  ) {
    this.byName = options.store.collection('cloudwatch.alarms');
    this.past = options.store.journal('cloudwatch.alarm-history');
  }

  /** Makes an alarm, or changes one that keeps its state. It is evaluated from the next minute on. */
  put(spec: AlarmSpec): AlarmRecord {
    checkAlarm(spec, new Set(Object.keys(this.options.actions)));
    const now = this.now();
    const before = this.byName.get(spec.name);
    const alarm: AlarmRecord = {
      ...spec,
      arn: arn(this.options.scope, 'cloudwatch', `alarm:${spec.name}`),
      configuredAt: now,
      state: before?.state ?? {
        value: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        updatedAt: now,
        transitionedAt: now,
      },
    };
    this.byName.put(spec.name, alarm);
    const summary = `Alarm "${spec.name}" ${before ? 'updated' : 'created'}`;
    this.record(spec.name, { type: 'ConfigurationUpdate', summary }, { type: before ? 'Update' : 'Create' });
    this.watch();
    return alarm;
  }

  /** A missing one is not an error; its history stays. */
  delete(name: string): void {
    if (!this.byName.get(name)) return;
    this.byName.delete(name);
    this.record(name, { type: 'ConfigurationUpdate', summary: `Alarm "${name}" deleted` }, { type: 'Delete' });
    if (this.list().length === 0) this.stop();
  }

  list(): AlarmRecord[] {
    return this.byName.values();
  }

  find(name: string): AlarmRecord | undefined {
    return this.byName.get(name);
  }

  state(nameOrArn: string): AlarmState | undefined {
    const name = /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.*)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
    return this.byName.get(name)?.state.value;
  }

  /** Returns the history of an alarm, or of all alarms, oldest first. */
  history(name?: string): HistoryItem[] {
    const streams = name === undefined ? this.past.streams() : [name];
    return streams.flatMap((stream) => this.past.read(stream)).sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  enableActions(names: readonly string[], actionsEnabled: boolean): void {
    for (const name of names) {
      const alarm = this.byName.get(name);
      if (alarm) this.byName.put(name, { ...alarm, actionsEnabled });
    }
  }

  /** Sets a state until the next evaluation finds another. */
  setState(name: string, state: { value: AlarmState; reason: string; reasonData?: string }): void {
    const alarm = this.byName.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `Alarm ${name} does not exist`, 404);
    this.enter(alarm, state);
  }

  /** Starts the evaluation of existing alarms. */
  watch(): void {
    if (this.list().length === 0) return;
    this.cancel ??= everyMinute(this.options.clock, MINUTE_PART, () => {
      for (const alarm of this.list()) this.evaluate(alarm);
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private evaluate(alarm: AlarmRecord): void {
    const { period, window, range } = this.look(alarm);
    const finding = evaluate(alarm, range);
    if (!finding || finding.state === alarm.state.value) return;
    const startOf = (place: number) => this.metrics.startOf(window.firstMinute + place * window.periodMinutes);
    const reason = reasonFor(alarm, finding, { range, startOf, previous: alarm.state.value });
    const recent = [...finding.evaluated].reverse();
    const [first] = recent;
    const reasonData = JSON.stringify({
      version: '1.0',
      queryDate: stamp(this.now()),
      startDate: first === undefined ? undefined : stamp(startOf(first).toISOString()),
      statistic: isMetricStat(alarm.source) ? alarm.source.statistic : undefined,
      period,
      recentDatapoints: recent.map((place) => range[place]),
      threshold: alarm.threshold,
    });
    this.enter(alarm, { value: finding.state, reason, reasonData });
  }

  /** The datapoints of the periods that are complete. */
  private look(alarm: AlarmRecord) {
    const { source } = alarm;
    const lines: readonly MetricQuery[] = isMetricStat(source)
      ? [{ id: ONLY, returnData: true, metricStat: source }]
      : source;
    const query = lines.find(({ returnData }) => returnData);
    if (!query) throw new Error(`the alarm ${alarm.name} returns nothing`);
    const period = periodOf(lines, query);
    const periodMinutes = period / 60;
    const count = evaluationRange(alarm);
    // The window moves by a minute, for any period.
    const firstMinute = this.metrics.minuteOf() - count * periodMinutes;
    const window: Window = { firstMinute, periodMinutes, count };
    return { period, window, range: answer(this.metrics, lines, { query, window }) };
  }

  private enter(alarm: AlarmRecord, state: { value: AlarmState; reason: string; reasonData?: string }): void {
    const now = this.now();
    const previous = alarm.state;
    const transitionedAt = state.value === previous.value ? previous.transitionedAt : now;
    const next: AlarmRecord = { ...alarm, state: { ...state, updatedAt: now, transitionedAt } };
    this.byName.put(alarm.name, next);
    if (state.value === previous.value) return;
    const { bus, ids, publisher } = this.options;
    const summary = `Alarm updated from ${previous.value} to ${state.value}`;
    const shown = (one: AlarmRecord['state']) => ({ stateValue: one.value, stateReason: one.reason });
    this.record(
      alarm.name,
      { type: 'StateUpdate', summary },
      { oldState: shown(previous), newState: shown(next.state) },
    );
    bus.emit({
      type: 'alarm-state-changed',
      alarm: alarm.name,
      state: state.value,
      previous: previous.value,
      reason: state.reason,
    });
    publisher.publish({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [alarm.arn],
      detail: stateChangeDetail(next, previous, ids.uuid()),
    });
    if (alarm.actionsEnabled) for (const action of actionsOf(next)) this.act(next, previous, action);
  }

  private act(alarm: AlarmRecord, previous: AlarmRecord['state'], action: string): void {
    const { actions, bus, scope } = this.options;
    const service = action.split(':')[2] ?? '';
    try {
      actions[service]?.(action, notification(alarm, previous, scope));
      this.record(
        alarm.name,
        { type: 'Action', summary: `Successfully executed action ${action}` },
        { actionState: 'Succeeded' },
      );
    } catch (error) {
      const summary = `Failed to execute action ${action}. Received error: "${messageOf(error)}"`;
      this.record(alarm.name, { type: 'Action', summary }, { actionState: 'Failed', error: messageOf(error) });
      bus.emit({ type: 'notice', level: 'error', message: `alarm ${alarm.name}: ${summary}` });
    }
  }

  private record(alarm: string, { type, summary }: Pick<HistoryItem, 'type' | 'summary'>, data: object): void {
    const item = { alarm, at: this.now(), type, summary, data: JSON.stringify({ version: '1.0', ...data }) };
    this.past.append(alarm, item);
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}

function actionsOf(alarm: AlarmRecord): readonly string[] {
  switch (alarm.state.value) {
    case 'ALARM':
      return alarm.alarmActions;
    case 'OK':
      return alarm.okActions;
    case 'INSUFFICIENT_DATA':
      return alarm.insufficientDataActions;
  }
}
