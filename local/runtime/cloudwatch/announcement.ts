import type { AlarmRecord, MetricQuery, MetricStat, StateRecord } from './records';
import { isMetricStat } from './records';

/** CloudWatch's times in messages: no `Z`, but `+0000`. */
export function stamp(iso: string): string {
  return iso.replace(/Z$/, '+0000');
}

/** The detail of the EventBridge event `CloudWatch Alarm State Change`. */
export function stateChangeDetail(alarm: AlarmRecord, previous: StateRecord, lineId: string): object {
  const lines = isMetricStat(alarm.source)
    ? [{ id: lineId, returnData: true, metricStat: alarm.source } satisfies MetricQuery]
    : alarm.source;
  return {
    alarmName: alarm.name,
    configuration: { description: alarm.description, metrics: lines.map(lineOf) },
    previousState: stateOf(previous),
    state: stateOf(alarm.state),
  };
}

function stateOf({ reason, reasonData, updatedAt, value }: StateRecord): object {
  return { reason, reasonData, timestamp: stamp(updatedAt), value };
}

function lineOf(line: MetricQuery): object {
  const { id, label, returnData } = line;
  if ('expression' in line) return { expression: line.expression, id, label, returnData };
  const { metric, periodSeconds: period, statistic: stat } = line.metricStat;
  return { id, label, metricStat: { metric, period, stat }, returnData };
}

/** The regions' names in the subjects of mails; another has its id. */
const REGION_NAMES: Readonly<Record<string, string>> = { 'eu-west-1': 'EU (Ireland)' };

/** Returns the notification about an alarm that changed its state. */
export function notification(
  alarm: AlarmRecord,
  previous: StateRecord,
  scope: { account: string; region: string },
): { subject: string; message: string } {
  const region = REGION_NAMES[scope.region] ?? scope.region;
  const { state } = alarm;
  const message = JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: scope.account,
    AlarmConfigurationUpdatedTimestamp: stamp(alarm.configuredAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: stamp(state.updatedAt),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    Trigger: triggerOf(alarm),
  });
  return { subject: `${state.value}: "${alarm.name}" in ${region}`.slice(0, 100), message };
}

function triggerOf(alarm: AlarmRecord): object {
  const { source } = alarm;
  return {
    ...(isMetricStat(source)
      ? { ...metricOf(source), StatisticType: source.statistic.startsWith('p') ? 'ExtendedStatistic' : 'Statistic' }
      : { Metrics: source.map(triggerLineOf) }),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: '',
  };
}

function metricOf({ metric, periodSeconds, statistic, unit }: MetricStat): object {
  const named = statistic.startsWith('p') ? { ExtendedStatistic: statistic } : { Statistic: statistic.toUpperCase() };
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    ...named,
    Unit: unit ?? null,
    Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
    Period: periodSeconds,
  };
}

function triggerLineOf(line: MetricQuery): object {
  const { id: Id, label: Label, returnData: ReturnData } = line;
  if ('expression' in line) return { Expression: line.expression, Id, Label, ReturnData };
  const { metric, periodSeconds: Period, statistic: Stat } = line.metricStat;
  const Dimensions = Object.entries(metric.dimensions).map(([name, value]) => ({ value, name }));
  const Metric = { Dimensions, MetricName: metric.name, Namespace: metric.namespace };
  return { Id, Label, MetricStat: { Metric, Period, Stat }, ReturnData };
}
