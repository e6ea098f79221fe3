import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { MetricId } from '../../kernel/ports';
import type { MetricQuery, MetricStat } from '../../runtime/cloudwatch/records';

/** A line of a query. Other accounts and Metrics Insights are refused by name. */
export function queryOf(line: sdk.MetricDataQuery): MetricQuery {
  const { AccountId, Expression, Id: id = '', Label: label, MetricStat, Period, ReturnData: returnData = true } = line;
  if (AccountId !== undefined) throw new NotSupportedLocally('AccountId of a metric query');
  if (Expression !== undefined && MetricStat) {
    throw new AwsError('ValidationException', `Query '${id}' has both an Expression and a MetricStat`);
  }
  if (Expression !== undefined) {
    if (/^\s*SELECT\b/i.test(Expression)) throw new NotSupportedLocally('Metrics Insights');
    return { id, label, returnData, expression: Expression, periodSeconds: Period };
  }
  const { Metric, Stat = '', Unit: unit } = MetricStat ?? {};
  if (!MetricStat?.Period || !Metric?.MetricName || !Metric.Namespace) {
    throw new AwsError('ValidationException', `Query '${id}' needs an Expression or a MetricStat with its Metric`);
  }
  const { Dimensions, MetricName: name, Namespace: namespace } = Metric;
  const metric = { namespace, name, dimensions: dimensionsOf(Dimensions) };
  return { id, label, returnData, metricStat: { metric, periodSeconds: MetricStat.Period, statistic: Stat, unit } };
}

export function describeQuery(query: MetricQuery): sdk.MetricDataQuery {
  const { id: Id, label: Label, returnData: ReturnData } = query;
  if ('expression' in query)
    return { Id, Label, ReturnData, Expression: query.expression, Period: query.periodSeconds };
  const { metric, periodSeconds: Period, statistic: Stat, unit } = query.metricStat;
  const Metric = { Namespace: metric.namespace, MetricName: metric.name, Dimensions: toDimensions(metric) };
  return { Id, Label, ReturnData, MetricStat: { Metric, Period, Stat, Unit: unit as sdk.StandardUnit | undefined } };
}

/** The metric of an alarm, without its dimensions. */
export function describeMetricStat({ metric, periodSeconds, statistic, unit }: MetricStat): Partial<sdk.MetricAlarm> {
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    Period: periodSeconds,
    ...(statistic.startsWith('p') ? { ExtendedStatistic: statistic } : { Statistic: statistic as sdk.Statistic }),
    Unit: unit as sdk.StandardUnit | undefined,
  };
}

export function statisticName(statistic: string | undefined, extended: string | undefined): string {
  const name = statistic ?? extended;
  if (name !== undefined && (statistic === undefined || extended === undefined)) return name;
  const message = 'Exactly one of Statistic and ExtendedStatistic must be specified';
  throw new AwsError('InvalidParameterCombinationException', message);
}

export function dimensionsOf(dimensions: readonly sdk.Dimension[] = []): Record<string, string> {
  if (dimensions.length > 30)
    throw new AwsError('InvalidParameterValueException', 'A metric has at most 30 dimensions');
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
}

export function toDimensions({ dimensions }: MetricId): sdk.Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
