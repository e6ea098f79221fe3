import { cloudWatchAlarm } from '../../../local/providers/cloudwatch-alarm';
import { CloudWatch } from '../../../local/runtime/cloudwatch/cloudwatch';
import { room } from '../../rig/room';
import { givenTags, providerContext } from './provider-context';

const alarm = {
  AlarmName: 'app-test-unhealthy-hosts',
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: '2',
  Threshold: '1',
  Namespace: 'AWS/ApplicationELB',
  MetricName: 'UnHealthyHostCount',
  Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/servers/1' }],
  Period: '60',
  Statistic: 'Maximum',
  TreatMissingData: 'notBreaching',
};
const metric = {
  namespace: 'AWS/ApplicationELB',
  name: 'UnHealthyHostCount',
  dimensions: { TargetGroup: 'targetgroup/servers/1' },
};

function setUp() {
  const parts = room();
  const { alarms, ...rest } = new CloudWatch({
    ...parts,
    publisher: { publish: () => {} },
    actions: { sns: () => {} },
  });
  const ctx = providerContext();
  return { alarms, ctx, provider: cloudWatchAlarm({ alarms, ...rest } as CloudWatch) };
}

describe('AWS::CloudWatch::Alarm', () => {
  test('an alarm on a metric is created; Ref returns its name', async () => {
    const { alarms, ctx, provider } = setUp();
    const made = await provider.create(ctx, alarm);
    const Arn = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:app-test-unhealthy-hosts';
    expect(made).toEqual({ physicalId: alarm.AlarmName, attributes: { Arn } });
    expect(alarms.find(alarm.AlarmName)).toMatchObject({
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: 'notBreaching',
      tags: givenTags,
      source: { metric, periodSeconds: 60, statistic: 'Maximum' },
    });
    await expect(provider.create(ctx, alarm)).rejects.toThrow('already exists');
    const current = { ...made, properties: alarm };
    await provider.update?.(ctx, current, { ...alarm, Threshold: 3, ActionsEnabled: 'false' });
    expect(alarms.find(alarm.AlarmName)).toMatchObject({ threshold: 3, actionsEnabled: false });
    await provider.delete(ctx, current);
    await provider.delete(ctx, current);
    expect(alarms.list()).toEqual([]);
  });

  test('an alarm on an expression has its metric queries', async () => {
    const { alarms, ctx, provider } = setUp();
    const Metric = { Namespace: metric.namespace, MetricName: metric.name, Dimensions: alarm.Dimensions };
    const { physicalId } = await provider.create(ctx, {
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 5,
      Metrics: [
        { Id: 'e', Expression: 'm1 * 2', Label: 'twice' },
        { Id: 'm1', MetricStat: { Metric, Period: '60', Stat: 'Sum' }, ReturnData: 'false' },
      ],
    });
    expect(physicalId).toBe('demo-Thing-1A2B3C');
    expect(alarms.find(physicalId)?.source).toEqual([
      { id: 'e', label: 'twice', returnData: true, expression: 'm1 * 2' },
      { id: 'm1', returnData: false, metricStat: { metric, periodSeconds: 60, statistic: 'Sum' } },
    ]);
    const empty = { ...alarm, AlarmName: 'empty', Metrics: [{ Id: 'm1' }] };
    await expect(provider.create(ctx, empty)).rejects.toThrow('neither Expression nor MetricStat');
  });

  test('anomaly bands and other accounts are refused by name before anything is changed', () => {
    const { provider } = setUp();
    expect(provider.refuse?.(alarm)).toEqual([]);
    const banded = { ComparisonOperator: 'GreaterThanUpperThreshold', Metrics: [{ Id: 'm1', AccountId: '1' }] };
    expect(provider.refuse?.(banded)).toEqual(['ComparisonOperator: GreaterThanUpperThreshold', 'Metrics.0.AccountId']);
  });
});
