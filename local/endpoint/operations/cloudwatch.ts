import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { CloudWatch } from '../../runtime/cloudwatch/cloudwatch';
import { isStatistic } from '../../runtime/cloudwatch/statistics';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { alarmOperations } from './cloudwatch-alarms';
import { dimensionsOf, queryOf, toDimensions } from './cloudwatch-views';

const MOST_METRICS = 500;
const MOST_DATA = 1000;
const MOST_VALUES = 150;
const MOST_DATAPOINTS = 1440;

/** CloudWatch's operations. */
export function cloudWatchOperations(cloudWatch: CloudWatch): Handlers<typeof sdk> {
  return {
    ...writing(cloudWatch),
    ...reading(cloudWatch),
    ...statistics(cloudWatch),
    ...alarmOperations(cloudWatch),
  };
}

function writing({ metrics }: CloudWatch): Handlers<typeof sdk> {
  return {
    PutMetricData({ Namespace = '', MetricData = [], EntityMetricData, StrictEntityValidation }) {
      if (EntityMetricData?.length || StrictEntityValidation) throw new NotSupportedLocally('EntityMetricData');
      if (Namespace.startsWith('AWS/')) throw invalid('The value AWS/ for parameter Namespace is invalid.');
      if (MetricData.length > MOST_DATA) throw invalid(`A request has at most ${MOST_DATA} metrics`);
      for (const datum of MetricData) checkDatum(datum);
      for (const datum of MetricData) {
        const { Dimensions, MetricName: name = '', StatisticValues, Timestamp: at, Unit: unit } = datum;
        const metric = { namespace: Namespace, name, dimensions: dimensionsOf(Dimensions) };
        if (StatisticValues) {
          const { Maximum: maximum = 0, Minimum: minimum = 0, SampleCount: count = 0, Sum: sum = 0 } = StatisticValues;
          metrics.putSet(metric, { count, maximum, minimum, sum }, { unit, at });
        } else {
          const values = datum.Value === undefined ? (datum.Values ?? []) : [datum.Value];
          metrics.put(metric, { values, counts: datum.Counts, unit, at });
        }
      }
      return {};
    },
  };
}

function reading(cloudWatch: CloudWatch): Handlers<typeof sdk> {
  return {
    ListMetrics({ Dimensions = [], MetricName, Namespace, NextToken, IncludeLinkedAccounts, OwningAccount }) {
      if (IncludeLinkedAccounts || OwningAccount) throw new NotSupportedLocally('Metrics of other accounts');
      const found = cloudWatch.metrics
        .list()
        .filter(
          ({ name, namespace }) => [undefined, name].includes(MetricName) && [undefined, namespace].includes(Namespace),
        )
        .filter(({ dimensions }) =>
          Dimensions.every(
            ({ Name = '', Value = dimensions[Name] }) => Value !== undefined && dimensions[Name] === Value,
          ),
        );
      const { items, next } = pageOf(found, { token: NextToken, size: MOST_METRICS });
      const describe = (metric: (typeof items)[number]) => {
        return { Namespace: metric.namespace, MetricName: metric.name, Dimensions: toDimensions(metric) };
      };
      return { Metrics: items.map(describe), NextToken: next };
    },
    GetMetricData(request) {
      const { EndTime, LabelOptions, MaxDatapoints, MetricDataQueries = [], NextToken, ScanBy, StartTime } = request;
      for (const [name, value] of Object.entries({ LabelOptions, MaxDatapoints, NextToken })) {
        if (value !== undefined) throw new NotSupportedLocally(`${name} of GetMetricData`);
      }
      const queries = MetricDataQueries.map(queryOf);
      const answered = cloudWatch.query(queries, spanOf(StartTime, EndTime));
      return {
        MetricDataResults: answered.map(({ query, datapoints }) => {
          const ordered = ScanBy === 'TimestampAscending' ? datapoints : datapoints.reverse();
          const own = 'metricStat' in query ? query.metricStat.metric.name : query.id;
          return {
            Id: query.id,
            Label: query.label ?? own,
            Timestamps: ordered.map(({ at }) => at),
            Values: ordered.map(({ value }) => value),
            StatusCode: 'Complete',
          };
        }),
        Messages: [],
      };
    },
  };
}

function statistics(cloudWatch: CloudWatch): Handlers<typeof sdk> {
  return {
    GetMetricStatistics(request) {
      const {
        Dimensions,
        EndTime,
        ExtendedStatistics = [],
        MetricName: name = '',
        Namespace: namespace = '',
      } = request;
      const { Period: periodSeconds = 0, StartTime, Statistics = [], Unit: unit } = request;
      const wrong = Statistics.find((statistic) => !isStatistic(statistic));
      if (wrong) throw invalid(`Value '${wrong}' at 'statistics' is not a statistic`);
      if (Statistics.length + ExtendedStatistics.length === 0) {
        const message = 'At least one of the parameters Statistics and ExtendedStatistics must be specified.';
        throw new AwsError('MissingRequiredParameterException', message);
      }
      const metric = { namespace, name, dimensions: dimensionsOf(Dimensions) };
      const all = [...Statistics, ...ExtendedStatistics];
      const found = cloudWatch.statistics({ metric, periodSeconds, unit }, all, spanOf(StartTime, EndTime));
      if (found.length > MOST_DATAPOINTS) {
        const message = `You have requested up to ${found.length} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`;
        throw new AwsError('InvalidParameterCombinationException', message);
      }
      const Unit = cloudWatch.metrics.unitOf(metric) as sdk.StandardUnit;
      const Datapoints = found.map(({ at, values }) => {
        const extended = Object.entries(values).filter(([statistic]) => !isStatistic(statistic));
        const plain = Object.entries(values).filter(([statistic]) => isStatistic(statistic));
        const ExtendedStatistics = extended.length ? Object.fromEntries(extended) : undefined;
        return { Timestamp: at, ...Object.fromEntries(plain), Unit, ExtendedStatistics };
      });
      return { Label: name, Datapoints };
    },
  };
}

function checkDatum({ Counts, MetricName, StatisticValues, StorageResolution, Value, Values }: sdk.MetricDatum): void {
  if (StorageResolution === 1) throw new NotSupportedLocally('StorageResolution 1');
  if (!MetricName) throw invalid('The parameter MetricData.member.1.MetricName is required.');
  const given = [Value, Values, StatisticValues].filter((one) => one !== undefined);
  if (given.length !== 1) {
    const message = 'The parameters MetricData.member.1.Value, Values and StatisticValues are mutually exclusive.';
    throw new AwsError('InvalidParameterCombinationException', message);
  }
  if ((Values?.length ?? 0) > MOST_VALUES) throw invalid(`A metric has at most ${MOST_VALUES} values a request`);
  if (Counts !== undefined && Counts.length !== Values?.length) {
    throw invalid('The parameters MetricData.member.1.Values and Counts must be of the same size.');
  }
  const numbers = [...(Values ?? []), ...(Value === undefined ? [] : [Value]), ...Object.values(StatisticValues ?? {})];
  if (numbers.some((number) => !Number.isFinite(number)))
    throw invalid('The value for a metric must be a finite number.');
}

function spanOf(start: Date | undefined, end: Date | undefined) {
  if (!start || !end) throw new AwsError('MissingRequiredParameterException', 'StartTime and EndTime are required.');
  if (start < end) return { start, end };
  const message = 'The parameter StartTime must be less than the parameter EndTime.';
  throw new AwsError('InvalidParameterValueException', message);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
