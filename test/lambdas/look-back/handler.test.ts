import { handler } from '../../../lambdas/look-back/handler';
import { job } from '../fake-aws';
import { assumeRole, ServedAws } from '../served-aws';

const EXECUTION = '12345678-1234-1234-1234-123456789012';
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

let executionType: 'STANDARD' | 'ROLLBACK';
/** When servers were replaced, in minutes from now. */
let replaced: number[];
let rolledMinutesAgo: number;
/** The ends of the service, and the question for them. */
let ended: number;
let asked: object;
let health: 'Healthy' | 'Unhealthy';

const aws = new ServedAws({
  sts: assumeRole,
  codepipeline: {
    GetPipelineExecution: ({ pipelineName, pipelineExecutionId }) => ({
      pipelineExecution: { pipelineName, pipelineExecutionId, executionType },
    }),
  },
  cloudformation: {
    DescribeStacks: ({ StackName }) => ({
      Stacks: [
        {
          StackName,
          StackStatus: 'UPDATE_COMPLETE' as const,
          CreationTime: ago(9000),
          LastUpdatedTime: ago(rolledMinutesAgo),
          Parameters: [{ ParameterKey: 'ImageVersion', ParameterValue: '1.0.7' }],
        },
      ],
    }),
  },
  monitoring: {
    GetMetricStatistics: ({ Namespace, Dimensions, StartTime }) => {
      asked = { Namespace, Dimensions, minutes: Math.round((Date.now() - (StartTime?.getTime() ?? 0)) / 60_000) };
      return { Datapoints: ended > 0 ? [{ Timestamp: ago(1), Sum: ended }] : [] };
    },
  },
  autoscaling: {
    DescribeAutoScalingGroups: () => ({
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'g',
          MinSize: 2,
          MaxSize: 4,
          DesiredCapacity: 2,
          DefaultCooldown: 0,
          AvailabilityZones: [],
          HealthCheckType: 'ELB',
          CreatedTime: new Date(0),
          Instances: [
            {
              InstanceId: 'i-1',
              LifecycleState: 'InService' as const,
              HealthStatus: health,
              AvailabilityZone: 'a',
              ProtectedFromScaleIn: false,
            },
          ],
        },
      ],
    }),
    DescribeScalingActivities: ({ NextToken = '0' }) => {
      const index = Number(NextToken);
      const minutes = replaced[index];
      return {
        // One on each page.
        Activities:
          minutes === undefined
            ? []
            : [
                {
                  ActivityId: String(index),
                  AutoScalingGroupName: 'g',
                  StatusCode: 'Successful' as const,
                  Description: `Terminating EC2 instance: i-0000000${index}`,
                  Cause: 'an instance was taken out of service in response to an ELB system health check failure.',
                  StartTime: ago(minutes),
                },
              ],
        NextToken: index + 1 < replaced.length ? String(index + 1) : undefined,
      };
    },
  },
});

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  executionType = 'STANDARD';
  replaced = [];
  ended = 0;
  rolledMinutesAgo = 30;
  health = 'Healthy';
  aws.calls.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const parameters = {
  application: 'greeter',
  executionId: EXECUTION,
  version: '1.0.7',
  environment: 'dev',
  stack: 'greeter-dev-fleet',
};
const run = (also: object = {}) => handler(job({ ...parameters, ...also }) as never);

test('the condition passes for a fleet that stayed healthy', async () => {
  await run();
  expect(aws.last).toMatchObject({
    success: { executionDetails: { summary: 'dev serves 1.0.7, and its servers stayed healthy' } },
  });
});

test('the condition fails after the replacement of a server since the roll; all pages are read', async () => {
  replaced = [2, 10, 31];
  await run();
  expect(aws.last).toMatchObject({
    failure: { type: 'JobFailed', message: expect.stringMatching(/^NotGoodBefore: dev replaced 2 servers of 1\.0\.7/) },
  });
});

test('the condition fails after the service ended by itself; ends count for each version, since the roll', async () => {
  ended = 2;
  await run();
  expect(aws.last).toMatchObject({
    failure: {
      message: expect.stringMatching(/^NotGoodBefore: in dev, the service of 1\.0\.7 ended 2 times by itself/),
    },
  });
  expect(asked).toEqual({
    Namespace: 'greeter',
    Dimensions: [
      { Name: 'Stack', Value: 'greeter-dev-fleet' },
      { Name: 'ImageVersion', Value: '1.0.7' },
    ],
    minutes: 30,
  });
});

test('the condition passes if the replacement was more than an hour ago', async () => {
  rolledMinutesAgo = 500;
  replaced = [70, 90];
  await run();
  expect(aws.last).toHaveProperty('success');
});

test('the condition fails while a server is unhealthy', async () => {
  health = 'Unhealthy';
  await run();
  expect(aws.last).toMatchObject({
    failure: { message: expect.stringContaining('in dev, i-1 of 1.0.7 is unhealthy') },
  });
});

test('the condition passes for a rollback, without reading any environment', async () => {
  executionType = 'ROLLBACK';
  health = 'Unhealthy';
  await run();
  expect(aws.last).toMatchObject({
    success: { executionDetails: { summary: 'a rollback asks no other environment' } },
  });
  expect(aws.calls.filter((call) => /^(cloudformation|autoscaling)/.test(call))).toEqual([]);
});

test('an environment elsewhere is read there, with its role', async () => {
  await run({ roleArn: 'arn:aws:iam::222222222222:role/greeter-prod-look', region: 'us-east-2' });
  expect(aws.last).toHaveProperty('success');
  expect(aws.calls.filter((call) => /^(cloudformation|autoscaling)/.test(call))).toEqual(
    expect.arrayContaining([expect.stringMatching(/in us-east-2$/)]),
  );
});

test('a missing parameter is named', async () => {
  await handler(job({ ...parameters, stack: undefined }) as never);
  expect(aws.last).toMatchObject({
    failure: {
      type: 'ConfigurationError',
      message: expect.stringContaining('UserParameters.stack is not a stack name'),
    },
  });
});
