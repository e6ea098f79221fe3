import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { AlarmState } from '../../kernel/ports';
import type { CloudWatch } from '../../runtime/cloudwatch/cloudwatch';
import {
  type AlarmRecord,
  type AlarmSpec,
  type ComparisonOperator,
  type HistoryItem,
  isMetricStat,
  type TreatMissingData,
} from '../../runtime/cloudwatch/records';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import {
  describeMetricStat,
  describeQuery,
  dimensionsOf,
  queryOf,
  statisticName,
  toDimensions,
} from './cloudwatch-views';

const MOST_ALARMS = 100;

const COMPARISONS: ReadonlySet<string> = new Set<ComparisonOperator>([
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanThreshold',
]);
const TREATMENTS: ReadonlySet<string> = new Set<TreatMissingData>(['breaching', 'ignore', 'missing', 'notBreaching']);

/** CloudWatch's operations on alarms. */
export function alarmOperations({ alarms }: CloudWatch): Handlers<typeof sdk> {
  return { ...changing(alarms), ...showing(alarms) };
}

function showing(alarms: CloudWatch['alarms']): Handlers<typeof sdk> {
  return {
    DescribeAlarms(request) {
      refuseOthers(request);
      const wanted = alarms
        .list()
        .filter(({ name }) => request.AlarmNames === undefined || request.AlarmNames.includes(name))
        .filter(({ name }) => name.startsWith(request.AlarmNamePrefix ?? ''))
        .filter(({ state }) => request.StateValue === undefined || state.value === request.StateValue)
        .filter(
          (alarm) =>
            allActions(alarm).some((action) => action.startsWith(request.ActionPrefix ?? '')) || !request.ActionPrefix,
        );
      const metricAlarms = request.AlarmTypes?.includes('MetricAlarm') ?? true;
      const all = metricAlarms ? wanted : [];
      const { items, next } = pageOf(all, { token: request.NextToken, size: request.MaxRecords }, MOST_ALARMS);
      return { MetricAlarms: items.map(describeAlarm), CompositeAlarms: [], NextToken: next };
    },
    DescribeAlarmsForMetric({ MetricName, Namespace, Dimensions, Period, Statistic, ExtendedStatistic }) {
      const dimensions = JSON.stringify(sorted(dimensionsOf(Dimensions)));
      const found = alarms.list().filter(({ source }) => {
        if (!isMetricStat(source)) return false;
        const { metric, periodSeconds, statistic } = source;
        const same = metric.name === MetricName && metric.namespace === Namespace;
        const statistics = [undefined, statistic];
        return (
          same &&
          JSON.stringify(sorted(metric.dimensions)) === dimensions &&
          (Period === undefined || Period === periodSeconds) &&
          statistics.includes(Statistic ?? ExtendedStatistic)
        );
      });
      return { MetricAlarms: found.map(describeAlarm) };
    },
    DescribeAlarmHistory({ AlarmName, HistoryItemType, StartDate, EndDate, MaxRecords, NextToken, ScanBy }) {
      const items = alarms
        .history(AlarmName)
        .filter(({ type }) => HistoryItemType === undefined || type === HistoryItemType)
        .filter(({ at }) => (!StartDate || new Date(at) >= StartDate) && (!EndDate || new Date(at) <= EndDate));
      const ordered = ScanBy === 'TimestampAscending' ? items : items.reverse();
      const page = pageOf(ordered, { token: NextToken, size: MaxRecords }, MOST_ALARMS);
      return { AlarmHistoryItems: page.items.map(describeHistory), NextToken: page.next };
    },
    ListTagsForResource({ ResourceARN }) {
      const alarm = alarms.list().find(({ arn }) => arn === ResourceARN);
      if (!alarm) throw new AwsError('ResourceNotFoundException', `Unknown: ${ResourceARN}`, 404);
      return { Tags: Object.entries(alarm.tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

function changing(alarms: CloudWatch['alarms']): Handlers<typeof sdk> {
  return {
    PutMetricAlarm(request) {
      alarms.put(specOf(request));
      return {};
    },
    SetAlarmState({ AlarmName = '', StateReason = '', StateReasonData, StateValue }) {
      const value = stateOf(StateValue);
      alarms.setState(AlarmName, { value, reason: StateReason, reasonData: StateReasonData });
      return {};
    },
    DeleteAlarms({ AlarmNames = [] }) {
      for (const name of AlarmNames) alarms.delete(name);
      return {};
    },
    EnableAlarmActions({ AlarmNames = [] }) {
      alarms.enableActions(AlarmNames, true);
      return {};
    },
    DisableAlarmActions({ AlarmNames = [] }) {
      alarms.enableActions(AlarmNames, false);
      return {};
    },
  };
}

function refuseOthers(request: sdk.DescribeAlarmsCommandInput): void {
  for (const name of ['ChildrenOfAlarmName', 'ParentsOfAlarmName'] as const) {
    if (request[name] !== undefined) throw new NotSupportedLocally(`${name}: composite alarms`);
  }
}

/**
 * Reads the alarm of a request, and refuses invalid ones with AWS's messages. Unsupported parts are refused by name.
 */
function specOf(request: sdk.PutMetricAlarmCommandInput): AlarmSpec {
  const { AlarmName = '', ComparisonOperator: comparison = '', TreatMissingData, ...rest } = request;
  refuseUnknown(rest);
  if (!COMPARISONS.has(comparison)) {
    if (comparison.includes('UpperThreshold')) throw new NotSupportedLocally('Anomaly detection');
    throw invalid(`Value '${comparison}' at 'comparisonOperator' is not one of ${[...COMPARISONS].join(', ')}`);
  }
  if (TreatMissingData !== undefined && !TREATMENTS.has(TreatMissingData)) {
    throw invalid(`The value ${TreatMissingData} for parameter TreatMissingData is not supported.`);
  }
  if (rest.EvaluationPeriods === undefined) throw missing('EvaluationPeriods');
  if (rest.Threshold === undefined) throw missing('Threshold');
  return {
    name: AlarmName,
    description: rest.AlarmDescription,
    actionsEnabled: rest.ActionsEnabled ?? true,
    okActions: rest.OKActions ?? [],
    alarmActions: rest.AlarmActions ?? [],
    insufficientDataActions: rest.InsufficientDataActions ?? [],
    source: sourceOf(request),
    evaluationPeriods: rest.EvaluationPeriods,
    datapointsToAlarm: rest.DatapointsToAlarm,
    threshold: rest.Threshold,
    comparison: comparison as ComparisonOperator,
    treatMissingData: TreatMissingData as TreatMissingData | undefined,
    tags: Object.fromEntries((rest.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

function sourceOf(request: sdk.PutMetricAlarmCommandInput): AlarmSpec['source'] {
  const { Metrics, MetricName, Namespace, Period } = request;
  if (Metrics?.length) {
    if (MetricName !== undefined) {
      const message = 'The parameters MetricName and Metrics list are mutually exclusive';
      throw new AwsError('InvalidParameterCombinationException', message);
    }
    return Metrics.map(queryOf);
  }
  if (MetricName === undefined) throw missing('MetricName');
  if (Namespace === undefined) throw missing('Namespace');
  if (Period === undefined) throw missing('Period');
  return {
    metric: { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(request.Dimensions) },
    periodSeconds: Period,
    statistic: statisticName(request.Statistic, request.ExtendedStatistic),
    unit: request.Unit,
  };
}

const KNOWN = new Set(
  (
    'ActionsEnabled AlarmActions AlarmDescription DatapointsToAlarm Dimensions EvaluationPeriods ExtendedStatistic ' +
    'InsufficientDataActions MetricName Metrics Namespace OKActions Period Statistic Tags Threshold Unit'
  ).split(' '),
);

function refuseUnknown(request: object): void {
  for (const [name, value] of Object.entries(request)) {
    if (value !== undefined && !KNOWN.has(name)) throw new NotSupportedLocally(`${name} of an alarm`);
  }
}

function describeAlarm(alarm: AlarmRecord): sdk.MetricAlarm {
  const { source, state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.okActions],
    AlarmActions: [...alarm.alarmActions],
    InsufficientDataActions: [...alarm.insufficientDataActions],
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.updatedAt),
    StateTransitionedTimestamp: new Date(state.transitionedAt),
    ...(isMetricStat(source)
      ? { ...describeMetricStat(source), Dimensions: toDimensions(source.metric) }
      : { Metrics: source.map(describeQuery) }),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.treatMissingData,
  };
}

function describeHistory({ alarm, at, data, summary, type }: HistoryItem): sdk.AlarmHistoryItem {
  return {
    AlarmName: alarm,
    AlarmType: 'MetricAlarm',
    Timestamp: new Date(at),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: data,
  };
}

function stateOf(value: string | undefined): AlarmState {
  if (value === 'OK' || value === 'ALARM' || value === 'INSUFFICIENT_DATA') return value;
  throw invalid(`Value '${value}' at 'stateValue' is not one of INSUFFICIENT_DATA, ALARM, OK`);
}

function allActions({ alarmActions, insufficientDataActions, okActions }: AlarmRecord): string[] {
  return [...alarmActions, ...insufficientDataActions, ...okActions];
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

function missing(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}
