import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../../lambdas/verify-environment/handler';
import { job } from '../fake-aws';
import { assumeRole, ServedAws } from '../served-aws';

let state: 'OK' | 'ALARM';
let transitioned: Date;
/** As CloudWatch writes it: the beginning of the oldest period that the state was judged by. */
let judgedFrom: string | undefined;
let published = '';
const aws = new ServedAws({
  sts: assumeRole,
  ssm: { GetParameter: ({ Name }) => ({ Parameter: { Name, Value: published, Type: 'String', Version: 1 } }) },
  monitoring: {
    DescribeAlarms: ({ AlarmNames = [] }) => ({
      MetricAlarms: AlarmNames.filter((name) => name.startsWith('greeter')).map((AlarmName) => ({
        AlarmName,
        StateValue: state,
        StateReason: 'Threshold Crossed',
        StateReasonData: judgedFrom && JSON.stringify({ version: '1.0', startDate: judgedFrom, period: 60 }),
        StateUpdatedTimestamp: new Date(),
        StateTransitionedTimestamp: transitioned,
      })),
    }),
  },
});
const environment = createServer((_request, response) => response.end('version 1.0.7'));

let good: Record<string, unknown>;
beforeAll(async () => {
  process.env['LOCAL_TIME_SCALE'] = '20';
  await aws.start();
  environment.listen(0, '127.0.0.1');
  await once(environment, 'listening');
  const url = `http://127.0.0.1:${(environment.address() as AddressInfo).port}`;
  good = { url, path: '/', status: 200, contains: 'version {version}', version: '1.0.7', withinMinutes: 1 };
});
afterAll(async () => {
  delete process.env['LOCAL_TIME_SCALE'];
  await aws.stop();
  environment.close();
});
beforeEach(() => {
  state = 'OK';
  transitioned = new Date(5000);
  judgedFrom = undefined;
  aws.calls.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const run = (parameters: object, token?: string) => handler(job(parameters, token) as never);

test('the version is put into the expected text, and the environment is asked', async () => {
  await run(good);
  expect(aws.last).toMatchObject({
    success: { outputVariables: {}, executionDetails: { summary: expect.stringContaining("'version 1.0.7'") } },
  });
});

test('alarms are watched over invocations, in the account and region of the environment (A41)', async () => {
  const watched = {
    ...good,
    alarms: ['greeter-dev-errors', 'greeter-dev-latency'],
    watchMinutes: 2,
    roleArn: 'arn:aws:iam::111111111111:role/look',
    region: 'us-east-1',
  };
  await run(watched);
  const { success } = aws.last as { success: { continuationToken: string } };
  expect(JSON.parse(success.continuationToken)).toEqual({
    phase: 'watching',
    since: expect.any(Number),
    before: '[null,null]',
  });
  expect(aws.calls).toContain('monitoring by look-as-99999999-0000-0000-0000-000000000000 in us-east-1');
  state = 'ALARM';
  transitioned = new Date(6000);
  await run(watched, success.continuationToken);
  expect(aws.last).toEqual({
    failure: {
      type: 'JobFailed',
      message: 'NotVerified: the alarm greeter-dev-errors went off: Threshold Crossed',
    },
  });
});

test('the address of an environment elsewhere is read there', async () => {
  const { url, ...rest } = good;
  published = String(url);
  const there = {
    urlParameter: '/greeter/prod/url',
    roleArn: 'arn:aws:iam::111111111111:role/look',
    region: 'us-east-1',
  };
  await run({ ...rest, ...there });
  expect(aws.calls).toContain('ssm by look-as-99999999-0000-0000-0000-000000000000 in us-east-1');
  expect(aws.last).toMatchObject({ success: { executionDetails: { summary: expect.stringContaining(`${url}/`) } } });
  published = 'nothing';
  await run({ ...rest, ...there });
  expect(aws.last).toMatchObject({
    failure: {
      type: 'ConfigurationError',
      message: expect.stringContaining('the parameter /greeter/prod/url does not hold the URL of an environment'),
    },
  });
});

test.each([
  ['before the watch is remembered, and may recover', '2020-01-01T12:00:00.000+0000', 'success'],
  ['in the watch fails', '2999-01-01T12:00:00.000+0000', 'failure'],
])('an alarm that goes off for a period %s', async (_title, startDate, answer) => {
  const watched = { ...good, alarms: ['greeter-dev-errors'], watchMinutes: 2 };
  await run(watched);
  const { success } = aws.last as { success: { continuationToken: string } };
  state = 'ALARM';
  transitioned = new Date(6000);
  judgedFrom = startDate;
  await run(watched, success.continuationToken);
  expect(aws.last).toHaveProperty(answer);
});

test('the same alarm state seen again later is not another alarm', async () => {
  state = 'ALARM';
  await run({ ...good, alarms: ['greeter-dev-errors'], watchMinutes: 2 });
  const { success } = aws.last as { success: { continuationToken: string } };
  await run({ ...good, alarms: ['greeter-dev-errors'], watchMinutes: 2 }, success.continuationToken);
  expect(aws.last).toMatchObject({ success: { continuationToken: expect.any(String) } });
});

test.each([
  [{ alarms: ['other'], watchMinutes: 1 }, 'there is no alarm other'],
  [{ alarms: ['greeter-dev-errors'] }, 'UserParameters.watchMinutes'],
  [{ url: 'ftp://a' }, 'UserParameters.url'],
  [{ urlParameter: 'url' }, 'UserParameters.urlParameter'],
  [{ path: '//elsewhere.example/' }, 'UserParameters.path'],
  [{ version: '#{Version.ImageVersion}' }, 'UserParameters.version'],
])('the configuration has a mistake: %j', async (changed, message) => {
  await run({ ...good, ...changed });
  expect(aws.last).toMatchObject({
    failure: { type: 'ConfigurationError', message: expect.stringContaining(message) },
  });
});
