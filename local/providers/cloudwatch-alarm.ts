import type { Provider, ProviderContext } from '../engine/provider';
import { AwsError } from '../kernel/failure';
import type { CloudWatch } from '../runtime/cloudwatch/cloudwatch';
import type { AlarmSpec, ComparisonOperator, MetricQuery, TreatMissingData } from '../runtime/cloudwatch/records';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  AlarmName?: string;
  AlarmDescription?: string;
  ActionsEnabled?: boolean | string;
  AlarmActions?: string[];
  OKActions?: string[];
  InsufficientDataActions?: string[];
  ComparisonOperator: string;
  DatapointsToAlarm?: number | string;
  Dimensions?: Dimension[];
  EvaluationPeriods: number | string;
  ExtendedStatistic?: string;
  MetricName?: string;
  Metrics?: Line[];
  Namespace?: string;
  Period?: number | string;
  Statistic?: string;
  Tags?: TagList;
  Threshold?: number | string;
  TreatMissingData?: string;
  Unit?: string;
}

interface Dimension {
  Name: string;
  Value: string;
}

interface Line {
  Id: string;
  Expression?: string;
  Label?: string;
  MetricStat?: {
    Metric: { MetricName: string; Namespace: string; Dimensions?: Dimension[] };
    Period: number | string;
    Stat: string;
    Unit?: string;
  };
  Period?: number | string;
  ReturnData?: boolean | string;
  AccountId?: string;
}

const NAMES = (
  'AlarmName AlarmDescription ActionsEnabled AlarmActions OKActions InsufficientDataActions ComparisonOperator ' +
  'DatapointsToAlarm Dimensions EvaluationPeriods ExtendedStatistic MetricName Metrics Namespace Period Statistic ' +
  'Threshold TreatMissingData Unit'
).split(' ');

const properties = {
  ...Object.fromEntries(NAMES.map((name) => [name, 'real'])),
  Tags: 'record',
} as Record<keyof Properties, 'real' | 'record'>;

/** Alarms on a metric, or on an expression over several. */
export function cloudWatchAlarm({ alarms }: CloudWatch): Provider<Properties> {
  const put = (ctx: ProviderContext, name: string, next: Properties) => {
    const { arn } = alarms.put(specOf(ctx, name, next));
    return { physicalId: name, attributes: { Arn: arn } };
  };
  return {
    type: 'AWS::CloudWatch::Alarm',
    fidelity: 'real',
    properties,
    createOnly: ['AlarmName'],
    attributes: ['Arn'],
    note: 'Metrics of whole minutes; expressions of arithmetic, comparisons, `IF`, `FILL`, `ABS`, `CEIL` and `FLOOR`; actions are topics.',
    refuse: ({ ComparisonOperator, Metrics = [] }) => [
      ...(ComparisonOperator?.includes('UpperThreshold') ? [`ComparisonOperator: ${ComparisonOperator}`] : []),
      ...Metrics.flatMap(({ AccountId }, index) => (AccountId === undefined ? [] : [`Metrics.${index}.AccountId`])),
    ],
    async create(ctx, next) {
      const name = next.AlarmName ?? ctx.physicalName({ length: 255 });
      if (alarms.find(name)) throw new AwsError('AlreadyExists', `Alarm ${name} already exists`);
      ctx.created(name);
      return put(ctx, name, next);
    },
    update: async (ctx, current, next) => put(ctx, current.physicalId, next),
    delete: async (_ctx, { physicalId }) => alarms.delete(physicalId),
  };
}

function specOf(ctx: ProviderContext, name: string, next: Properties): AlarmSpec {
  return {
    name,
    description: next.AlarmDescription,
    actionsEnabled: String(next.ActionsEnabled ?? true) === 'true',
    alarmActions: next.AlarmActions ?? [],
    okActions: next.OKActions ?? [],
    insufficientDataActions: next.InsufficientDataActions ?? [],
    source: sourceOf(next),
    evaluationPeriods: Number(next.EvaluationPeriods),
    datapointsToAlarm: next.DatapointsToAlarm === undefined ? undefined : Number(next.DatapointsToAlarm),
    threshold: Number(next.Threshold),
    comparison: next.ComparisonOperator as ComparisonOperator,
    treatMissingData: next.TreatMissingData as TreatMissingData | undefined,
    tags: resourceTags(ctx, next.Tags),
  };
}

function sourceOf(next: Properties): AlarmSpec['source'] {
  if (next.Metrics?.length) return next.Metrics.map(lineOf);
  const { Dimensions, MetricName: name = '', Namespace: namespace = '', Period } = next;
  return {
    metric: { namespace, name, dimensions: dimensionsOf(Dimensions) },
    periodSeconds: Number(Period),
    statistic: next.Statistic ?? next.ExtendedStatistic ?? '',
    unit: next.Unit,
  };
}

function lineOf({ Expression, Id: id, Label: label, MetricStat, Period, ReturnData }: Line): MetricQuery {
  const line = { id, label, returnData: String(ReturnData ?? true) === 'true' };
  const own = Period === undefined ? undefined : Number(Period);
  if (Expression !== undefined) return { ...line, expression: Expression, periodSeconds: own };
  if (!MetricStat) throw new AwsError('ValidationError', `Metric ${id} has neither Expression nor MetricStat`);
  const { Metric, Stat: statistic, Unit: unit } = MetricStat;
  const { Dimensions, MetricName: name, Namespace: namespace } = Metric;
  const metric = { namespace, name, dimensions: dimensionsOf(Dimensions) };
  return { ...line, metricStat: { metric, periodSeconds: Number(MetricStat.Period), statistic, unit } };
}

function dimensionsOf(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}
