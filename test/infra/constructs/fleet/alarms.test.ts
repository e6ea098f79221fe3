import { alarmNames } from '../../../../infra/constructs/fleet/alarms';
import type { AlarmSettings } from '../../../../infra/settings/types';
import { calculate, parseExpression } from '../../../../local/runtime/cloudwatch/expression';
import { environment, propertiesOf, template } from '../../synthesized';

const watched = (alarms: AlarmSettings) => ({ ...environment('dev', 0), alarms });
const alarmsOf = (alarms: AlarmSettings) =>
  propertiesOf(template('greeter-dev-environment', { environments: [watched(alarms)] }), 'AWS::CloudWatch::Alarm');

const balancer = {
  Name: 'LoadBalancer',
  Value: { 'Fn::GetAtt': ['LoadBalancer712DCAF7', 'LoadBalancerFullName'] },
};
const targets = {
  Name: 'TargetGroup',
  Value: { 'Fn::GetAtt': ['LoadBalancerTargets1A3C48CA', 'TargetGroupFullName'] },
};

test('an environment whose settings watch nothing has no alarm', () => {
  template('greeter-dev-environment').resourceCountIs('AWS::CloudWatch::Alarm', 0);
  expect(alarmNames('greeter', environment('dev', 0))).toEqual([]);
});

test('only the alarms of the settings exist, and they have the same names in settings without resources', () => {
  const each: [AlarmSettings, string[]][] = [
    [{ errorPercent: 5 }, ['greeter-dev-errors']],
    [{ unhealthyHosts: 1, latencySeconds: 0.5 }, ['greeter-dev-unhealthy-hosts', 'greeter-dev-latency']],
    [{ watchMinutes: 5 }, []],
  ];
  for (const [alarms, names] of each) {
    expect(alarmsOf(alarms).map(({ AlarmName }) => AlarmName)).toEqual(names);
    expect(alarmNames('greeter', watched(alarms))).toEqual(names);
  }
});

test('missing data does not raise an alarm, since a refresh does not start while one has insufficient data (F30)', () => {
  const all = alarmsOf({ errorPercent: 5, unhealthyHosts: 1, latencySeconds: 0.5 });
  expect(all.map(({ TreatMissingData }) => TreatMissingData)).toEqual(Array(3).fill('notBreaching'));
});

test('failed requests count as a share of all, and as all if no target can answer', () => {
  const counted = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: [balancer] },
      Stat: 'Sum',
      Period: 60,
    },
  });
  expect(alarmsOf({ errorPercent: 2.5 })).toEqual([
    expect.objectContaining({
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 2.5,
      EvaluationPeriods: 1,
      Metrics: [
        {
          Id: 'percent',
          Label: 'Requests answered 5xx (percent)',
          Expression: 'IF((target + balancer) > requests, 100, 100 * (target + balancer) / requests)',
        },
        counted('target', 'HTTPCode_Target_5XX_Count'),
        counted('balancer', 'HTTPCode_ELB_5XX_Count'),
        counted('requests', 'RequestCount'),
      ],
    }),
  ]);
});

test('requests to a fleet that sleeps outside of its hours do not count as errors', () => {
  const sleeping = { ...watched({ errorPercent: 5 }), hours: { start: '07:30', stop: '19:00' } };
  const [alarm] = propertiesOf(
    template('greeter-dev-environment', { environments: [sleeping] }),
    'AWS::CloudWatch::Alarm',
  );
  const metrics = alarm?.['Metrics'] as { Id: string; Expression?: string; MetricStat?: { Stat: string } }[];
  expect(metrics.map(({ Id }) => Id)).toEqual(['percent', 'target', 'balancer', 'requests', 'healthy', 'unhealthy']);

  const percent = parseExpression(metrics[0]?.Expression ?? '');
  const minutes: Record<string, (number | undefined)[]> = {
    balancer: [50, 50, 50, 0],
    requests: [undefined, undefined, undefined, 10],
    // Asleep without any report, asleep with a report of nobody, awake and all dead, awake and well.
    healthy: [undefined, 0, 0, 2],
    unhealthy: [undefined, 0, 2, 0],
  };
  expect(calculate(percent, 4, (id) => minutes[id] ?? [])).toEqual([0, 0, 100, 0]);
});

test('servers count as unhealthy if every node of the load balancer reports it for two minutes', () => {
  expect(alarmsOf({ unhealthyHosts: 2 })).toEqual([
    expect.objectContaining({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'UnHealthyHostCount',
      Dimensions: [balancer, targets],
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: 2,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 2,
    }),
  ]);
});

test('slow answers are measured by their average, since few requests have no percentiles', () => {
  expect(alarmsOf({ latencySeconds: 0.5 })).toEqual([
    expect.objectContaining({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'TargetResponseTime',
      Dimensions: [balancer],
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0.5,
    }),
  ]);
});
