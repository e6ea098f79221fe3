import * as sdk from '@aws-sdk/client-cloudwatch';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { cloudWatchOperations } from '../../../../local/endpoint/operations/cloudwatch';
import { ssmOperations } from '../../../../local/endpoint/operations/ssm';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import { CloudWatch } from '../../../../local/runtime/cloudwatch/cloudwatch';
import { room } from '../../../rig/room';
import { type Serving, serve } from '../serving';

const AlarmName = 'app-test-errors';
const Dimensions = [{ Name: 'Shop', Value: 'web' }];
const alarm: sdk.PutMetricAlarmCommandInput = {
  AlarmName,
  AlarmDescription: 'Too many',
  Namespace: 'shop',
  MetricName: 'errors',
  Dimensions,
  Period: 60,
  Statistic: 'Sum',
  EvaluationPeriods: 2,
  DatapointsToAlarm: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: ['arn:aws:sns:eu-west-1:000000000000:alarms'],
};

let serving: Serving;
let cloudWatch: CloudWatch;
let client: sdk.CloudWatchClient;

beforeEach(async () => {
  const parts = room(new SystemClock());
  cloudWatch = new CloudWatch({ ...parts, publisher: { publish: () => {} }, actions: { sns: () => {} } });
  const load = () => import('@aws-sdk/client-cloudwatch');
  serving = await serve({ services: { monitoring: service(load, cloudWatchOperations(cloudWatch)) } });
  client = new sdk.CloudWatchClient(serving.client());
});
afterEach(async () => {
  cloudWatch.stop();
  client.destroy();
  await serving.stop();
});

const hour = () => {
  const now = Date.now();
  return { StartTime: new Date(now - 3_600_000), EndTime: new Date(now + 60_000) };
};

describe.each([
  ['AWS JSON, as SDKs speak it', {}],
  ['Query, as older clients do', { protocol: AwsQueryProtocol }],
  ['RPC v2 CBOR', { protocol: SmithyRpcV2CborProtocol }],
])('%s', (_name, speaking) => {
  beforeEach(() => {
    client = new sdk.CloudWatchClient({ ...serving.client(), ...speaking });
  });

  test('metrics are put, listed and read', async () => {
    const datum = { MetricName: 'orders', Dimensions, Unit: 'Count' } as const;
    const set = { SampleCount: 2, Sum: 6, Minimum: 1, Maximum: 5 };
    await client.send(
      new sdk.PutMetricDataCommand({
        Namespace: 'shop',
        MetricData: [
          { ...datum, Values: [1, 2.5], Counts: [1, 2] },
          { ...datum, StatisticValues: set },
          { MetricName: 'other', Value: 1 },
        ],
      }),
    );
    const { Metrics } = await client.send(new sdk.ListMetricsCommand({ Namespace: 'shop', Dimensions }));
    expect(Metrics).toEqual([{ Namespace: 'shop', MetricName: 'orders', Dimensions }]);
    const request = { Namespace: 'shop', MetricName: 'orders', Dimensions, Period: 3600, ...hour() };
    const { Datapoints } = await client.send(
      new sdk.GetMetricStatisticsCommand({ ...request, Statistics: ['Sum', 'Maximum'], ExtendedStatistics: ['p99'] }),
    );
    expect(Datapoints).toMatchObject([{ Sum: 12, Maximum: 5, Unit: 'Count', ExtendedStatistics: { p99: 3 } }]);
    const Metric = { Namespace: 'shop', MetricName: 'orders', Dimensions };
    const { MetricDataResults = [] } = await client.send(
      new sdk.GetMetricDataCommand({
        ...hour(),
        MetricDataQueries: [
          { Id: 'm1', MetricStat: { Metric, Period: 3600, Stat: 'Sum' }, ReturnData: false },
          { Id: 'half', Label: 'Half', Expression: 'm1 / 2' },
        ],
      }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'half', Label: 'Half', Values: [6], StatusCode: 'Complete' }]);
    expect(MetricDataResults[0]?.Timestamps?.[0]).toBeInstanceOf(Date);
  });

  test('alarms are put, shown, set, and deleted', async () => {
    await client.send(new sdk.PutMetricAlarmCommand(alarm));
    const { MetricAlarms = [] } = await client.send(new sdk.DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect(MetricAlarms).toMatchObject([
      {
        ...alarm,
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        ActionsEnabled: true,
      },
    ]);
    expect(MetricAlarms[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);
    const state = { AlarmName, StateValue: 'ALARM', StateReason: 'a test' } as const;
    await client.send(new sdk.SetAlarmStateCommand(state));
    const raised = await client.send(new sdk.DescribeAlarmsCommand({ StateValue: 'ALARM', AlarmNamePrefix: 'app-' }));
    expect(raised.MetricAlarms).toMatchObject([{ StateValue: 'ALARM', StateReason: 'a test' }]);
    await client.send(new sdk.DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect((await client.send(new sdk.DescribeAlarmsCommand({}))).MetricAlarms ?? []).toEqual([]);
  });

  test('refusals have the error names of the SDK', async () => {
    const wrong = client.send(new sdk.PutMetricAlarmCommand({ ...alarm, Period: 90 }));
    await expect(wrong).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('multiple of 60'),
    });
    const missing = client.send(new sdk.SetAlarmStateCommand({ AlarmName: 'x', StateValue: 'OK', StateReason: 'r' }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFound', $metadata: { httpStatusCode: 404 } });
    const unknown = client.send(new sdk.ListDashboardsCommand({}));
    await expect(unknown).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  });
});

test('a service that speaks only another protocol refuses CBOR by name', async () => {
  const load = () => import('@aws-sdk/client-ssm');
  const other = await serve({ services: { ssm: service(load, ssmOperations(serving.parameters)) } });
  const ssm = new SSMClient({ ...other.client(), protocol: SmithyRpcV2CborProtocol });
  await expect(ssm.send(new GetParameterCommand({ Name: 'x' }))).rejects.toThrow();
  ssm.destroy();
  await other.stop();
});

test('alarms on an expression, the history, and disabled actions are shown', async () => {
  const Metric = { Namespace: 'shop', MetricName: 'errors', Dimensions };
  const Metrics = [
    { Id: 'e', Expression: 'm1 * 2', ReturnData: true },
    { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'p99' }, ReturnData: false },
  ];
  const { MetricName, Namespace, Period, Statistic, Dimensions: _none, ...rest } = alarm;
  await client.send(new sdk.PutMetricAlarmCommand({ ...rest, Metrics, Tags: [{ Key: 'a', Value: '1' }] }));
  await client.send(new sdk.DisableAlarmActionsCommand({ AlarmNames: [AlarmName] }));
  const { MetricAlarms = [] } = await client.send(new sdk.DescribeAlarmsCommand({}));
  expect(MetricAlarms).toMatchObject([{ Metrics, ActionsEnabled: false }]);
  await client.send(new sdk.EnableAlarmActionsCommand({ AlarmNames: [AlarmName] }));
  await client.send(new sdk.SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'a test' }));
  const { AlarmHistoryItems } = await client.send(new sdk.DescribeAlarmHistoryCommand({ AlarmName }));
  expect(AlarmHistoryItems?.map(({ HistoryItemType }) => HistoryItemType).sort()).toEqual([
    'ConfigurationUpdate',
    'StateUpdate',
  ]);
  const updates = new sdk.DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate' });
  expect((await client.send(updates)).AlarmHistoryItems).toMatchObject([
    { AlarmName, HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to OK' },
  ]);
  const ResourceARN = MetricAlarms[0]?.AlarmArn;
  expect((await client.send(new sdk.ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
    { Key: 'a', Value: '1' },
  ]);
  await client.send(new sdk.PutMetricAlarmCommand({ ...alarm, AlarmName: 'plain' }));
  const wanted = { MetricName, Namespace, Dimensions, Period, Statistic };
  const forMetric = await client.send(new sdk.DescribeAlarmsForMetricCommand(wanted));
  expect(forMetric.MetricAlarms?.map((one) => one.AlarmName)).toEqual(['plain']);
});

test.each([
  [{ ThresholdMetricId: 'ad1' }, 'NotSupportedLocally'],
  [{ ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold' }, 'NotSupportedLocally'],
  [{ ComparisonOperator: 'Above' }, 'InvalidParameterValueException'],
  [{ TreatMissingData: 'never' }, 'InvalidParameterValueException'],
  [{ ExtendedStatistic: 'p99' }, 'InvalidParameterCombinationException'],
  [{ Threshold: undefined }, 'MissingRequiredParameterException'],
  [{ Metrics: [{ Id: 'm1', Expression: '1' }] }, 'InvalidParameterCombinationException'],
])('an alarm with %j is refused as %s', async (changes, name) => {
  const request = { ...alarm, ...changes } as sdk.PutMetricAlarmCommandInput;
  await expect(client.send(new sdk.PutMetricAlarmCommand(request))).rejects.toMatchObject({ name });
});

test.each([
  [{ MetricName: 'm' }, 'InvalidParameterCombinationException'],
  [{ MetricName: 'm', Value: 1, StorageResolution: 1 }, 'NotSupportedLocally'],
  [{ MetricName: 'm', Values: [1], Counts: [1, 2] }, 'InvalidParameterValueException'],
])('a datum with %j is refused as %s', async (datum, name) => {
  const put = new sdk.PutMetricDataCommand({ Namespace: 'shop', MetricData: [datum] });
  await expect(client.send(put)).rejects.toMatchObject({ name });
  const reserved = new sdk.PutMetricDataCommand({ Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'm', Value: 1 }] });
  await expect(client.send(reserved)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('queries for other accounts, Metrics Insights and an empty span are refused', async () => {
  const get = (query: object, span: object = {}) =>
    client.send(
      new sdk.GetMetricDataCommand({
        ...hour(),
        ...span,
        MetricDataQueries: [{ Id: 'm1', Expression: '1', ...query }],
      }),
    );
  await expect(get({ AccountId: '1' })).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  await expect(get({ Expression: 'SELECT SUM(x) FROM y' })).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  await expect(get({ Expression: undefined })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(get({}, { EndTime: new Date(0) })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await expect(get({}, { MaxDatapoints: 1 })).rejects.toMatchObject({ name: 'NotSupportedLocally' });
});
