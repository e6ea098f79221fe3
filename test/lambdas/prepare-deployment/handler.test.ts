import { handler } from '../../../lambdas/prepare-deployment/handler';
import { AwsError } from '../../../local/kernel/failure';
import { job } from '../fake-aws';
import { assumeRole, ServedAws } from '../served-aws';

const EXECUTION = '11111111-2222-3333-4444-555555555555';
const FLEET = { application: 'greeter', stack: 'greeter-dev-fleet', executionId: EXECUTION, min: 2, max: 4, batch: 1 };
const ID = 'arn:aws:cloudformation:eu-west-1:000000000000:stack/greeter-dev-fleet/1';

type Group = {
  DesiredCapacity: number;
  MaxSize?: number;
  Status?: string;
  SuspendedProcesses?: { ProcessName: string }[];
};

let status: string | undefined;
let groups: Group[];
/** As the stack has set it. */
let maxSize: string;
let changes: unknown[];
/** The minutes after the last roll in which a server was replaced as unhealthy; undefined if that may not be read. */
let replaced: number[] | undefined;
/** How often the service ended by itself since the last roll. */
let ended: number;
const ROLLED = new Date('2026-01-01T12:00:00Z');

const BUILD = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/greeter-image/1.0.7/1';

const aws = new ServedAws({
  sts: assumeRole,
  imagebuilder: {
    GetImage: ({ imageBuildVersionArn }) => {
      changes.push(imageBuildVersionArn);
      const amis = [
        { region: 'eu-west-1', image: 'ami-1', name: 'a', accountId: '000000000000' },
        { region: 'eu-central-1', image: 'ami-2', name: 'a', accountId: '000000000000' },
      ];
      return { image: { outputResources: { amis } } };
    },
  },
  autoscaling: {
    DescribeAutoScalingGroups: ({ Filters }) => {
      changes.push(Filters);
      return {
        AutoScalingGroups: groups.map((group, index) => ({
          ...{
            AutoScalingGroupName: `g${index}`,
            MinSize: 2,
            MaxSize: 4,
            DefaultCooldown: 0,
            CreatedTime: new Date(0),
          },
          ...{ AvailabilityZones: [], HealthCheckType: 'ELB', ...group },
        })),
      };
    },
    DescribeScalingActivities: ({ AutoScalingGroupName = '' }) => {
      if (!replaced) throw new AwsError('AccessDenied', 'not authorized', 403);
      return {
        Activities: replaced.map((minute) => ({
          ...{ ActivityId: String(minute), AutoScalingGroupName, StatusCode: 'Successful' as const },
          Description: 'Terminating EC2 instance: i-0123456789abcdef0',
          Cause: 'an instance was taken out of service in response to an ELB system health check failure.',
          StartTime: new Date(ROLLED.getTime() + minute * 60_000),
        })),
      };
    },
    ResumeProcesses: (input) => {
      changes.push(input);
      return {};
    },
  },
  monitoring: {
    GetMetricStatistics: () => ({ Datapoints: ended > 0 ? [{ Timestamp: ROLLED, Sum: ended }] : [] }),
  },
  cloudformation: {
    DescribeStacks: ({ StackName }) => {
      if (!status) throw new AwsError('ValidationError', `Stack with id ${StackName} does not exist`);
      return {
        Stacks: [
          {
            ...{
              StackId: ID,
              StackName,
              StackStatus: status as 'CREATE_COMPLETE',
              CreationTime: new Date(0),
              LastUpdatedTime: ROLLED,
              Parameters: [
                { ParameterKey: 'ImageVersion', ParameterValue: '1.0.6' },
                { ParameterKey: 'MaxSize', ParameterValue: maxSize },
              ],
            },
          },
        ],
      };
    },
    DescribeStackEvents: () => ({
      StackEvents: [status, 'CREATE_IN_PROGRESS'].map((ResourceStatus, index) => ({
        ...{ StackId: ID, EventId: String(index), StackName: 'greeter-dev-fleet', Timestamp: new Date(0) },
        ...{ PhysicalResourceId: ID, ResourceStatus: ResourceStatus as 'CREATE_COMPLETE' },
      })),
    }),
    UpdateStack: (input) => {
      changes.push(input);
      return { StackId: ID };
    },
    DeleteStack: (input) => {
      changes.push(input);
      return {};
    },
    ContinueUpdateRollback: (input) => {
      changes.push(input);
      return {};
    },
  },
});

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  status = 'UPDATE_COMPLETE';
  groups = [{ DesiredCapacity: 3 }];
  replaced = [];
  ended = 0;
  maxSize = '4';
  changes = [];
  aws.calls.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const run = (parameters: object, token?: string) => handler(job(parameters, token) as never);

test('it answers with how the fleet of the stack is to be rolled', async () => {
  await run(FLEET);
  expect(changes).toEqual([[{ Name: 'tag:aws:cloudformation:stack-name', Values: ['greeter-dev-fleet'] }]]);
  expect(aws.last).toEqual({
    success: {
      outputVariables: {
        ...{ MinSize: '2', MaxSize: '4', MinInstancesInService: '3', MaxBatchSize: '1' },
        ...{ ReplacedServers: '0', ServiceEnds: '0', StayedHealthy: 'yes' },
      },
      executionDetails: {
        summary: 'greeter-dev-fleet is in UPDATE_COMPLETE, 3 servers are wanted',
        percentComplete: 100,
      },
    },
  });
});

test.each([
  ['one beside one that is being deleted', [{ DesiredCapacity: 2 }, { DesiredCapacity: 4, Status: 'Delete' }], '2'],
  ['one that takes the place of another', [{ DesiredCapacity: 2 }, { DesiredCapacity: 3 }], '3'],
])('%s: %s', async (_title, found, MinInstancesInService) => {
  groups = found as Group[];
  await run(FLEET);
  expect(aws.last).toMatchObject({ success: { outputVariables: { MinInstancesInService } } });
});

test.each([
  [
    'before the last roll',
    [-3, -2, -1],
    { ReplacedServers: '0', ServiceEnds: '0', StayedHealthy: 'yes' },
    /3 servers are wanted$/,
  ],
  [
    'one since',
    [2],
    { ReplacedServers: '1', StayedHealthy: 'yes' },
    /, since the last roll 1 were replaced as unhealthy, and the service ended 0 times$/,
  ],
  [
    'as many within an hour as there are',
    [2, 3, 50],
    { ReplacedServers: '3', StayedHealthy: 'no' },
    /, since the last roll 3 were replaced as unhealthy, and the service ended 0 times$/,
  ],
])('servers were replaced %s: the history keeps it', async (_title, minutes, variables, summary) => {
  replaced = minutes;
  await run(FLEET);
  expect(aws.last).toMatchObject({
    success: { outputVariables: variables, executionDetails: { summary: expect.stringMatching(summary) } },
  });
});

test('a service that ended by itself, as often as twice on each server: the history keeps it', async () => {
  ended = 6;
  await run(FLEET);
  expect(aws.last).toMatchObject({
    success: { outputVariables: { ReplacedServers: '0', ServiceEnds: '6', StayedHealthy: 'no' } },
  });
});

test('a fleet is rolled although its past health may not be read', async () => {
  replaced = undefined;
  await run(FLEET);
  const { success } = aws.last as { success: { outputVariables: object; executionDetails: { summary: string } } };
  expect(Object.keys(success.outputVariables)).not.toContain('StayedHealthy');
  expect(success.executionDetails.summary).toMatch(/health since the last roll is not known \(AccessDenied\)$/);
});

test.each([
  ['none', []],
  ['one that is being deleted', [{ DesiredCapacity: 4, Status: 'Delete in progress' }]],
])('a stack whose group is not found (%s) is not rolled with the sizes of the settings', async (_title, found) => {
  groups = found;
  await run(FLEET);
  expect(aws.last).toMatchObject({
    failure: { message: expect.stringMatching(/^NotDeployable: .* its Auto Scaling group was not found/) },
  });
});

describe('a fleet that somebody raised above the maximum that its stack has set', () => {
  const raised = { DesiredCapacity: 7, MaxSize: 7 };
  const next = () => (aws.last as { success: { continuationToken: string } }).success.continuationToken;

  test('first the stack gets the sizes of the roll, and nothing else, so that its rollback keeps the servers (F35)', async () => {
    groups = [raised];
    replaced = [1, 2, 3, 4, 5, 6, 7];
    await run(FLEET);
    expect(changes.at(-1)).toEqual({
      StackName: ID,
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'ImageVersion', UsePreviousValue: true },
        { ParameterKey: 'MaxSize', ParameterValue: '8' },
      ],
    });
    expect(aws.last).toMatchObject({
      success: {
        executionDetails: {
          summary: 'raising MaxSize of the stack from 4 to 8: 7 servers are wanted, and a rollback must keep them',
        },
      },
    });
    // The update has begun: it looks as if nothing had been replaced since the last.
    replaced = [];
    maxSize = '8';
    await run(FLEET, next());
    expect(aws.last).toMatchObject({
      success: {
        outputVariables: { MaxSize: '8', MinInstancesInService: '7', ReplacedServers: '7', StayedHealthy: 'no' },
      },
    });
  });

  test('it is tried once: where the stack keeps its maximum, the roll goes on', async () => {
    groups = [raised];
    await run(FLEET);
    const before = changes.length;
    await run(FLEET, next());
    expect(changes.slice(before).filter((change) => 'Parameters' in (change as object))).toEqual([]);
    expect(aws.last).toMatchObject({ success: { outputVariables: { MaxSize: '8' } } });
  });

  test('one that is raised within it needs no room', async () => {
    groups = [{ DesiredCapacity: 4 }];
    await run(FLEET);
    expect(aws.last).toMatchObject({ success: { outputVariables: { MaxSize: '5' } } });
  });
});

test('no stack is no obstacle', async () => {
  status = undefined;
  groups = [];
  await run(FLEET);
  expect(aws.last).toMatchObject({ success: { outputVariables: { MinInstancesInService: '2' } } });
});

test('F9: what a killed roll has left suspended is resumed, and nothing else', async () => {
  groups = [
    { DesiredCapacity: 3, SuspendedProcesses: ['AZRebalance', 'Launch'].map((ProcessName) => ({ ProcessName })) },
  ];
  await run(FLEET);
  expect(changes.at(-1)).toEqual({ AutoScalingGroupName: 'g0', ScalingProcesses: ['AZRebalance'] });
  expect(aws.last).toMatchObject({
    success: { executionDetails: { summary: expect.stringMatching(/, resumed AZRebalance$/) } },
  });
});

test('F9: while an operation is under way nothing is resumed', async () => {
  status = 'UPDATE_IN_PROGRESS';
  groups = [{ DesiredCapacity: 3, SuspendedProcesses: [{ ProcessName: 'AZRebalance' }] }];
  await run(FLEET);
  expect(changes).toEqual([]);
  expect(aws.last).toMatchObject({
    success: { continuationToken: '{}', executionDetails: { summary: expect.stringContaining('UPDATE_IN_PROGRESS') } },
  });
});

test('E2: a creation that failed is deleted by its id', async () => {
  status = 'ROLLBACK_COMPLETE';
  await run(FLEET);
  expect(changes).toEqual([{ StackName: ID }]);
});

test('A41: the rollback that an invocation continued is known to the next', async () => {
  status = 'UPDATE_ROLLBACK_FAILED';
  await run(FLEET);
  const first = aws.last as { success: { continuationToken: string } };
  await run(FLEET, first.success.continuationToken);
  expect(changes).toEqual([{ StackName: ID }]);
  expect(aws.last).toMatchObject({ failure: { type: 'JobFailed', message: expect.stringContaining('failed again') } });
});

test('an image stack is only waited for', async () => {
  status = 'ROLLBACK_COMPLETE';
  await run({ stack: 'greeter-image', executionId: EXECUTION });
  expect(changes).toEqual([]);
  expect(aws.last).toMatchObject({ success: { outputVariables: {} } });
});

test('another account and region: a session of the role, named after the execution, in that region', async () => {
  const roleArn = 'arn:aws:iam::111111111111:role/greeter-dev-pipeline';
  await run({ ...FLEET, roleArn, region: 'eu-central-1' });
  expect(aws.calls).toEqual([
    'sts by the-function in eu-west-1',
    `cloudformation by greeter-dev-pipeline-as-${EXECUTION} in eu-central-1`,
    `autoscaling by greeter-dev-pipeline-as-${EXECUTION} in eu-central-1`,
    `autoscaling by greeter-dev-pipeline-as-${EXECUTION} in eu-central-1`,
    `monitoring by greeter-dev-pipeline-as-${EXECUTION} in eu-central-1`,
    'codepipeline by the-function in eu-west-1',
  ]);
});

test('A16: in another region it is the copy of the very build that is told, asked for where that was built', async () => {
  const roleArn = 'arn:aws:iam::111111111111:role/greeter-prod-prepare';
  await run({ ...FLEET, imageArn: BUILD, roleArn, region: 'eu-central-1' });
  expect(changes.at(-1)).toBe(BUILD);
  expect(aws.calls).toContain('imagebuilder by the-function in eu-west-1');
  expect(aws.last).toMatchObject({
    success: {
      outputVariables: { ImageId: 'ami-2', MinSize: '2' },
      executionDetails: { summary: expect.stringContaining('3 servers are wanted') },
    },
  });
});

test('an image that was never copied to the region fails the action', async () => {
  await run({ ...FLEET, imageArn: BUILD, region: 'us-east-2' });
  expect(aws.last).toMatchObject({
    failure: { type: 'JobFailed', message: expect.stringContaining(`${BUILD} has no AMI in us-east-2`) },
  });
});

test.each([
  [{ ...FLEET, imageArn: BUILD }, 'UserParameters.region'],
  [{ ...FLEET, imageArn: '#{Bake.ImageArn}', region: 'us-east-2' }, 'UserParameters.imageArn'],
  [{ ...FLEET, batch: undefined }, 'UserParameters.batch'],
  [{ ...FLEET, executionId: '#{codepipeline.PipelineExecutionId}' }, 'UserParameters.executionId'],
  [{ ...FLEET, stack: 'a b' }, 'UserParameters.stack'],
  [{ ...FLEET, roleArn: 'me' }, 'UserParameters.roleArn'],
])('parameters that are not as they should be fail the job: %#', async (parameters, message) => {
  await run(parameters);
  expect(aws.last).toMatchObject({
    failure: { type: 'ConfigurationError', message: expect.stringContaining(message) },
  });
});
