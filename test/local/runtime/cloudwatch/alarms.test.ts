import { CloudWatch } from '../../../../local/runtime/cloudwatch/cloudwatch';
import type { AlarmSpec } from '../../../../local/runtime/cloudwatch/records';
import { room } from '../../../rig/room';

const MINUTE = 60_000;
const topic = 'arn:aws:sns:eu-west-1:000000000000:alarms';
const errors = { namespace: 'AWS/ApplicationELB', name: 'errors', dimensions: { LoadBalancer: 'app/web/1' } };
const requests = { ...errors, name: 'requests' };
const onErrors = { metric: errors, periodSeconds: 60, statistic: 'Sum' };

const spec = (changes: Partial<AlarmSpec> = {}): AlarmSpec => ({
  name: 'app-test-errors',
  description: 'Too many',
  actionsEnabled: true,
  okActions: [],
  alarmActions: [topic],
  insufficientDataActions: [],
  source: onErrors,
  evaluationPeriods: 1,
  threshold: 5,
  comparison: 'GreaterThanThreshold',
  tags: {},
  ...changes,
});

function setUp() {
  const parts = room();
  const told: { action: string; subject: string; message: string }[] = [];
  const published: { detailType: string; detail: object }[] = [];
  const options = {
    ...parts,
    publisher: { publish: (event: { detailType: string; detail: object }) => void published.push(event) },
    actions: {
      sns(action: string, words: { subject: string; message: string }) {
        if (action.endsWith(':gone')) throw new Error('Topic does not exist');
        told.push({ action, ...words });
      },
    },
  };
  const cloudWatch = new CloudWatch(options);
  return { ...parts, options, cloudWatch, alarms: cloudWatch.alarms, told, published };
}

describe('an alarm', () => {
  test('starts without data, goes into ALARM, and returns to OK, each with CloudWatch’s reason', async () => {
    const { alarms, clock, cloudWatch } = setUp();
    alarms.put(spec());
    expect(alarms.find('app-test-errors')?.state).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
    });
    cloudWatch.put(errors, { values: [3] });
    await clock.advance(1.5 * MINUTE);
    expect(alarms.find('app-test-errors')?.state).toMatchObject({
      value: 'OK',
      reason: 'Threshold Crossed: 1 datapoint [3.0 (01/01/26 00:00:00)] was not greater than the threshold (5.0).',
    });
    cloudWatch.put(errors, { values: [6.5, 1] });
    await clock.advance(MINUTE);
    const { state } = alarms.find('app-test-errors') ?? {};
    expect(state).toMatchObject({
      value: 'ALARM',
      reason:
        'Threshold Crossed: 1 out of the last 1 datapoints [7.5 (01/01/26 00:01:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).',
      updatedAt: '2026-01-01T00:02:30.000Z',
    });
    expect(JSON.parse(state?.reasonData ?? '')).toEqual({
      version: '1.0',
      queryDate: '2026-01-01T00:02:30.000+0000',
      startDate: '2026-01-01T00:01:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [7.5],
      threshold: 5,
    });
    // Two more periods are looked at, in case data comes late; then there is none.
    await clock.advance(2 * MINUTE);
    expect(alarms.state('app-test-errors')).toBe('ALARM');
    await clock.advance(MINUTE);
    expect(alarms.find('app-test-errors')?.state).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Insufficient Data: 1 datapoint was unknown.',
    });
    expect(alarms.state('arn:aws:cloudwatch:eu-west-1:000000000000:alarm:app-test-errors')).toBe('INSUFFICIENT_DATA');
    expect(alarms.state('nobody')).toBeUndefined();
  });

  test('names missing datapoints that count as good or bad', async () => {
    const { alarms, clock } = setUp();
    alarms.put(spec({ name: 'good', treatMissingData: 'notBreaching' }));
    alarms.put(spec({ name: 'bad', treatMissingData: 'breaching', evaluationPeriods: 2 }));
    await clock.advance(MINUTE);
    expect(alarms.list().map(({ state }) => [state.value, state.reason])).toEqual([
      [
        'ALARM',
        'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
      ],
      [
        'OK',
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
      ],
    ]);
  });

  test('names several datapoints, newest first, and the number that a change needs', async () => {
    const { alarms, clock, cloudWatch } = setUp();
    alarms.put(spec({ evaluationPeriods: 3, datapointsToAlarm: 2 }));
    for (const value of [1, 1, 1, 6, 7]) {
      cloudWatch.put(errors, { values: [value] });
      await clock.advance(MINUTE);
    }
    await clock.advance(MINUTE / 2);
    expect(alarms.find('app-test-errors')?.state.reason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [7.0 (01/01/26 00:04:00), 6.0 (01/01/26 00:03:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
  });

  test('evaluates an expression over two metrics as one', async () => {
    const { alarms, clock, cloudWatch } = setUp();
    const line = (id: string, metric: typeof errors) => ({
      id,
      returnData: false,
      metricStat: { ...onErrors, metric },
    });
    const expression = 'IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)';
    alarms.put(
      spec({
        source: [{ id: 'percent', returnData: true, expression }, line('errors', errors), line('requests', requests)],
      }),
    );
    cloudWatch.put(requests, { values: [100] });
    await clock.advance(1.5 * MINUTE);
    expect(alarms.state('app-test-errors')).toBe('OK');
    cloudWatch.put(requests, { values: [100] });
    cloudWatch.put(errors, { values: [6] });
    await clock.advance(MINUTE);
    expect(alarms.find('app-test-errors')?.state).toMatchObject({
      value: 'ALARM',
      reason: expect.stringContaining('[6.0 (01/01/26 00:01:00)] was greater'),
    });
  });

  test('with a period of several minutes moves by one minute', async () => {
    const { alarms, clock, cloudWatch } = setUp();
    alarms.put(spec({ source: { ...onErrors, periodSeconds: 120 } }));
    await clock.advance(MINUTE);
    cloudWatch.put(errors, { values: [6] });
    await clock.advance(1.5 * MINUTE);
    expect(alarms.state('app-test-errors')).toBe('ALARM');
  });
});

describe('the actions of an alarm', () => {
  test('notify topics, EventBridge and the bus, and appear in the history', async () => {
    const { alarms, clock, cloudWatch, events, published, told } = setUp();
    const { arn } = alarms.put(spec());
    cloudWatch.put(errors, { values: [6] });
    await clock.advance(1.5 * MINUTE);
    expect(told).toMatchObject([{ action: topic, subject: 'ALARM: "app-test-errors" in EU (Ireland)' }]);
    expect(JSON.parse(told[0]?.message ?? '')).toMatchObject({
      AlarmName: 'app-test-errors',
      AlarmArn: arn,
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      StateChangeTime: '2026-01-01T00:01:30.000+0000',
      Region: 'EU (Ireland)',
      AWSAccountId: '000000000000',
      Trigger: {
        MetricName: 'errors',
        Namespace: 'AWS/ApplicationELB',
        StatisticType: 'Statistic',
        Statistic: 'SUM',
        Dimensions: [{ name: 'LoadBalancer', value: 'app/web/1' }],
        Period: 60,
        Threshold: 5,
      },
    });
    const metric = { ...errors };
    expect(published).toMatchObject([
      {
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: [arn],
        detail: {
          alarmName: 'app-test-errors',
          configuration: { description: 'Too many', metrics: [{ metricStat: { metric, period: 60, stat: 'Sum' } }] },
          previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
          state: { value: 'ALARM', timestamp: '2026-01-01T00:01:30.000+0000' },
        },
      },
    ]);
    expect(events).toMatchObject([
      { type: 'alarm-state-changed', alarm: 'app-test-errors', state: 'ALARM', previous: 'INSUFFICIENT_DATA' },
    ]);
    expect(alarms.history('app-test-errors').map(({ summary }) => summary)).toEqual([
      'Alarm "app-test-errors" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      `Successfully executed action ${topic}`,
    ]);
  });

  test('do nothing if they are disabled; a failed one is reported and does not affect the others', async () => {
    const { alarms, events, told } = setUp();
    alarms.put(spec({ alarmActions: [`${topic}:gone`, topic] }));
    const raise = () => alarms.setState('app-test-errors', { value: 'ALARM', reason: 'a test' });
    alarms.enableActions(['app-test-errors', 'nobody'], false);
    raise();
    expect(told).toEqual([]);
    alarms.setState('app-test-errors', { value: 'OK', reason: 'a test' });
    alarms.enableActions(['app-test-errors'], true);
    raise();
    expect(told).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'notice')).toMatchObject([
      { message: expect.stringContaining('Received error: "Topic does not exist"') },
    ]);
  });

  test('follow a state that was set by hand until the next evaluation', async () => {
    const { alarms, clock, cloudWatch } = setUp();
    alarms.put(spec());
    cloudWatch.put(errors, { values: [1] });
    alarms.setState('app-test-errors', { value: 'ALARM', reason: 'a test' });
    expect(alarms.state('app-test-errors')).toBe('ALARM');
    await clock.advance(1.5 * MINUTE);
    expect(alarms.state('app-test-errors')).toBe('OK');
    expect(() => alarms.setState('nobody', { value: 'OK', reason: 'x' })).toThrow('Alarm nobody does not exist');
  });
});

describe('alarms in the store', () => {
  test('keep their state through changes, are evaluated again after a restart, and cost nothing if there are none', async () => {
    const { alarms, clock, cloudWatch, options } = setUp();
    expect(clock.pending).toBe(0);
    alarms.put(spec());
    cloudWatch.put(errors, { values: [6] });
    await clock.advance(1.5 * MINUTE);
    expect(alarms.put(spec({ threshold: 3 })).state.value).toBe('ALARM');
    cloudWatch.stop();
    expect(clock.pending).toBe(0);
    const again = new CloudWatch(options);
    expect(again.alarms.state('app-test-errors')).toBe('ALARM');
    again.recover();
    await clock.advance(MINUTE);
    expect(again.alarms.state('app-test-errors')).toBe('INSUFFICIENT_DATA');
    again.alarms.delete('app-test-errors');
    again.alarms.delete('app-test-errors');
    expect(clock.pending).toBe(0);
    expect(again.alarms.history().at(-1)?.summary).toBe('Alarm "app-test-errors" deleted');
  });

  test.each([
    [{ alarmActions: ['arn:aws:automate:eu-west-1:ec2:stop'] }, 'The alarm action arn:aws:automate:eu-west-1:ec2:stop'],
    [{ okActions: ['topic'] }, 'Invalid arn syntax: topic'],
    [{ name: '' }, 'Alarm name must have 1 to 255 characters'],
    [{ evaluationPeriods: 0 }, 'EvaluationPeriods must be at least 1'],
    [{ datapointsToAlarm: 2 }, 'DatapointsToAlarm (2) must be between 1 and EvaluationPeriods (1)'],
    [{ evaluationPeriods: 1441 }, 'more than a day'],
    [{ source: { ...onErrors, periodSeconds: 10 } }, 'A metric period of 10 s is not supported'],
    [{ source: { ...onErrors, periodSeconds: 90 } }, 'Period must be a multiple of 60'],
    [{ source: { ...onErrors, statistic: 'tm90' } }, 'The statistic tm90 is not supported'],
    [{ source: { ...onErrors, statistic: 'Mean' } }, 'The value Mean for parameter Stat is not supported'],
    [{ source: [] }, 'Exactly one element of the metrics list should return data'],
    [{ source: [{ id: 'e', returnData: true, expression: 'm1 * 2' }] }, "Metric with id 'm1' not found"],
    [{ source: [{ id: 'e', returnData: true, expression: 'e * 2' }] }, 'Circular dependency'],
    [{ source: [{ id: 'E', returnData: true, expression: '1' }] }, 'must begin with a lowercase letter'],
  ])('%j is refused', (changes, words) => {
    expect(() => setUp().alarms.put(spec(changes as Partial<AlarmSpec>))).toThrow(words);
  });
});

test('expose the last complete periods of a metric to other services', async () => {
  const { clock, cloudWatch } = setUp();
  cloudWatch.put(errors, { values: [1] });
  await clock.advance(2 * MINUTE);
  cloudWatch.put(errors, { values: [9] });
  const recent = cloudWatch.recent(errors, { periodSeconds: 60, statistic: 'Sum', count: 3 });
  expect(recent).toEqual([undefined, 1, undefined]);
});
