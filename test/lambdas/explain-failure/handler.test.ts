import type { ActionExecutionDetail, PipelineExecutionStatus } from '@aws-sdk/client-codepipeline';
import type { PublishInput } from '@aws-sdk/client-sns';
import { handler } from '../../../lambdas/explain-failure/handler';
import { AwsError } from '../../../local/kernel/failure';
import { assumeRole, ServedAws } from '../served-aws';

const FLEET = 'arn:aws:cloudformation:eu-west-1:000000000000:stack/greeter-dev-fleet/1';
const IMAGE = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/greeter-image/1.0.7/1';
const INSTANCE = 'i-0123456789abcdef0';
const start = new Date('2025-11-21T09:00:00Z');
const minute = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

let status: PipelineExecutionStatus;
let actions: ActionExecutionDetail[];
let published: PublishInput[];
let refusal: Error | undefined;
let imageGone = false;

const failed = (stageName: string, actionName: string, provider: string): ActionExecutionDetail => ({
  stageName,
  actionName,
  status: 'Failed',
  startTime: start,
  lastUpdateTime: minute(20),
  input: {
    actionTypeId: { category: 'Deploy', owner: 'AWS', provider, version: '1' },
    roleArn: 'arn:aws:iam::000000000000:role/greeter-action',
    region: 'eu-west-1',
    resolvedConfiguration: {
      StackName: stageName === 'dev' ? 'greeter-dev-fleet' : 'greeter-image',
      ProjectName: 'greeter-build',
      FunctionName: 'greeter-verify-environment',
    },
  },
  output: {
    executionResult: {
      externalExecutionId: 'greeter-build:1',
      errorDetails: { code: 'JobFailed', message: 'failed to return a result' },
    },
  },
});

const stackEvent = (at: number, LogicalResourceId: string, more: object) => ({
  StackId: FLEET,
  EventId: String(at),
  StackName: 'greeter-dev-fleet',
  Timestamp: minute(at),
  LogicalResourceId,
  ...more,
});

const aws = new ServedAws({
  sts: assumeRole,
  codepipeline: {
    GetPipelineExecution: () => {
      if (refusal) throw refusal;
      return { pipelineExecution: { status } };
    },
    ListActionExecutions: () => ({ actionExecutionDetails: actions }),
    ListPipelineExecutions: () => ({
      pipelineExecutionSummaries: [{ pipelineExecutionId: 'e-1', stopTrigger: { reason: 'wrong commit' } }],
    }),
  },
  cloudformation: {
    DescribeStackEvents: ({ StackName }) => ({
      StackEvents: [
        StackName === 'greeter-dev-fleet'
          ? stackEvent(3, 'Fleet', {
              ResourceType: 'AWS::AutoScaling::AutoScalingGroup',
              ResourceStatus: 'UPDATE_FAILED',
              PhysicalResourceId: 'g',
              ResourceStatusReason: 'Failed to receive 1 resource signal(s)',
            })
          : stackEvent(3, 'Image', {
              ResourceType: 'AWS::ImageBuilder::Image',
              ResourceStatus: 'CREATE_FAILED',
              PhysicalResourceId: IMAGE,
              ResourceStatusReason: 'it failed',
            }),
      ],
    }),
  },
  autoscaling: {
    DescribeScalingActivities: () => ({
      Activities: [
        {
          ActivityId: '1',
          AutoScalingGroupName: 'g',
          Cause: '',
          StatusCode: 'Successful',
          StartTime: minute(1),
          Description: `Launching a new EC2 instance: ${INSTANCE}`,
        },
      ],
    }),
  },
  ec2: {
    GetConsoleOutput: () => ({ Output: Buffer.from('FAILURE: no database\r\nlogin:').toString('base64') }),
  },
  imagebuilder: {
    GetImage: () => {
      if (imageGone) throw new AwsError('ResourceNotFoundException', 'The resource cannot be found.', 404);
      return { image: { state: { status: 'FAILED', reason: 'Document failed!' } } };
    },
  },
  codebuild: {
    BatchGetBuilds: ({ ids }) => ({
      builds: [
        {
          id: ids?.[0],
          buildStatus: 'FAILED',
          phases: [
            {
              phaseType: 'BUILD',
              phaseStatus: 'FAILED',
              contexts: [{ message: 'Error while executing command: make. Reason: exit status 2' }],
            },
          ],
          logs: { groupName: '/aws/codebuild/greeter-build', streamName: '1' },
        },
      ],
    }),
  },
  logs: {
    DescribeLogStreams: () => ({ logStreams: [{ logStreamName: 'latest' }] }),
    GetLogEvents: ({ logGroupName, logStreamName }) => ({
      events: [
        { message: 'Phase build, step Install (ExecuteBash), attempt 1\n' },
        { message: `Stderr: error: ${logGroupName} ${logStreamName}` },
      ],
    }),
  },
  sns: {
    Publish: (input) => {
      published.push(input);
      return { MessageId: '1' };
    },
  },
});

beforeAll(async () => {
  await aws.start();
  process.env['TOPIC'] = 'arn:aws:sns:eu-west-1:000000000000:greeter-runs';
});
afterAll(() => aws.stop());
beforeEach(() => {
  status = 'Failed';
  published = [];
  refusal = undefined;
  imageGone = false;
  aws.calls.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  delete process.env['LOOK_ROLES'];
  jest.restoreAllMocks();
});

let executions = 0;
const event = (detail: object = {}) => ({
  'detail-type': 'CodePipeline Pipeline Execution State Change',
  detail: { pipeline: 'greeter', 'execution-id': `e-${executions}`, state: 'FAILED', ...detail },
});
const run = async (...failures: ActionExecutionDetail[]) => {
  actions = failures;
  executions += 1;
  await handler(event());
  return published[0];
};

test('a failed roll is explained with the server that did not start', async () => {
  expect(await run(failed('dev', 'Roll', 'CloudFormation'))).toEqual({
    TopicArn: 'arn:aws:sns:eu-west-1:000000000000:greeter-runs',
    Subject: 'greeter: run failed in dev',
    Message: `dev / Roll: Fleet: ${INSTANCE}: no database (log: console of ${INSTANCE})`,
    MessageAttributes: { pipelineExecutionId: { DataType: 'String', StringValue: `e-${executions}` } },
  });
});

test('a failed bake is explained with the step and its last output', async () => {
  expect(await run(failed('Bake', 'Image', 'CloudFormation'))).toMatchObject({
    Message:
      'Bake / Image: Image: build step Install: error: /aws/imagebuilder/greeter-image 1.0.7/1 (log: /aws/imagebuilder/greeter-image 1.0.7/1)',
  });
});

test('a failed bake whose image the rollback deleted is explained from the stack alone', async () => {
  imageGone = true;
  expect(await run(failed('Bake', 'Image', 'CloudFormation'))).toMatchObject({
    Message:
      'Bake / Image: Image: build step Install: error: /aws/imagebuilder/greeter-image 1.0.7/1 (log: /aws/imagebuilder/greeter-image 1.0.7/1)',
  });
});

test('a failed build is explained with the command and its last output', async () => {
  expect(await run(failed('Build', 'Compile', 'CodeBuild'))).toMatchObject({
    Message: expect.stringMatching(/^Build \/ Compile: greeter-build: BUILD: make: exit status 2: error: /),
  });
});

test('a silent failure of a function is explained with the end of its log', async () => {
  expect(await run(failed('dev', 'Verify', 'Lambda'))).toMatchObject({
    Message: expect.stringContaining('its log ends with: error: /aws/lambda/greeter-verify-environment latest'),
  });
});

test('a duplicate event is announced once, and a later failure after a retry is announced again (A33)', async () => {
  await run(failed('dev', 'Roll', 'CloudFormation'));
  await handler(event());
  expect(published).toHaveLength(1);
  await handler(event({ 'pipeline-execution-attempt': 2 }));
  expect(published).toHaveLength(2);
});

test.each([
  ['another state', { state: 'SUPERSEDED' }],
  ['no execution', { 'execution-id': undefined }],
])('%s is not announced', async (_title, detail) => {
  await handler(event({ 'pipeline-execution-attempt': 3, ...detail }));
  expect(published).toEqual([]);
});

test('an execution that was retried meanwhile is announced only if the retry fails', async () => {
  status = 'InProgress';
  await run();
  expect(published).toEqual([]);
});

test('a failure is announced even if its cause is unknown', async () => {
  refusal = new AwsError('AccessDeniedException', 'not you');
  expect(await run()).toMatchObject({
    Subject: 'greeter: run failed in -',
    Message: expect.stringContaining('why could not be found: AccessDeniedException: not you'),
  });
});

test('an environment elsewhere is read there, with the role that belongs to the role of the action', async () => {
  const roleArn = 'arn:aws:iam::111111111111:role/roll';
  process.env['LOOK_ROLES'] = JSON.stringify({ [roleArn]: 'arn:aws:iam::111111111111:role/look' });
  const roll = failed('dev', 'Roll', 'CloudFormation');
  const input = { ...roll.input, roleArn, region: 'us-east-1' };
  await run({ ...roll, input });
  const session = `look-as-e-${executions}`;
  expect(aws.calls).toEqual(
    expect.arrayContaining(['cloudformation', 'autoscaling', 'ec2'].map((one) => `${one} by ${session} in us-east-1`)),
  );
});
