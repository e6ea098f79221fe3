import { aws, BUILD, EXECUTION, FLEET, type Group, ID, run, usePreparedAws, world } from './prepare-rig';

usePreparedAws();

test('the job returns the sizes with which the fleet of the stack is rolled', async () => {
  await run(FLEET);
  expect(world.changes).toEqual([[{ Name: 'tag:aws:cloudformation:stack-name', Values: ['greeter-dev-fleet'] }]]);
  expect(aws.last).toEqual({
    success: {
      outputVariables: {
        MinSize: '2',
        MaxSize: '4',
        MinInstancesInService: '3',
        MaxBatchSize: '1',
        ReplacedServers: '0',
        ServiceEnds: '0',
        StayedHealthy: 'yes',
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
  world.groups = found as Group[];
  await run(FLEET);
  expect(aws.last).toMatchObject({ success: { outputVariables: { MinInstancesInService } } });
});

describe('a version of the image', () => {
  const IMAGE = { stack: 'greeter-image', executionId: EXECUTION };
  const component = (version: string) =>
    `arn:aws:imagebuilder:eu-west-1:000000000000:component/greeter-image/${version}/1`;
  const summary = 'greeter-image is in UPDATE_COMPLETE';

  test('passes if Image Builder does not have it', async () => {
    world.components = [component('1.0.6')];
    await run({ ...IMAGE, imageVersion: '1.0.7' });
    expect(world.changes).toEqual([component('1.0.7')]);
    expect(aws.last).toMatchObject({ success: { executionDetails: { summary } } });
  });

  test('of a failed bake is refused with the command that continues', async () => {
    world.components = [component('1.0.7')];
    await run({ ...IMAGE, imageVersion: '1.0.7' });
    expect(aws.last).toMatchObject({
      failure: {
        message:
          'NotDeployable: greeter-image 1.0.7 cannot be baked again: CloudFormation kept the resources of its failed bake, and Image Builder accepts a version only once. Start a new run, which gets the next version: npx server-pipeline release',
      },
    });
  });

  test('passes if the stack has it already', async () => {
    world.components = [component('1.0.6')];
    await run({ ...IMAGE, imageVersion: '1.0.6' });
    expect(aws.last).toMatchObject({ success: { executionDetails: { summary } } });
  });
});

test('passes without a stack', async () => {
  world.status = undefined;
  world.groups = [];
  await run(FLEET);
  expect(aws.last).toMatchObject({ success: { outputVariables: { MinInstancesInService: '2' } } });
});

test('processes that a killed roll left suspended are resumed, and no others (F9)', async () => {
  world.groups = [
    { DesiredCapacity: 3, SuspendedProcesses: ['AZRebalance', 'Launch'].map((ProcessName) => ({ ProcessName })) },
  ];
  await run(FLEET);
  expect(world.changes.at(-1)).toEqual({ AutoScalingGroupName: 'g0', ScalingProcesses: ['AZRebalance'] });
  expect(aws.last).toMatchObject({
    success: { executionDetails: { summary: expect.stringMatching(/, resumed AZRebalance$/) } },
  });
});

test('no process is resumed during an operation (F9)', async () => {
  world.status = 'UPDATE_IN_PROGRESS';
  world.groups = [{ DesiredCapacity: 3, SuspendedProcesses: [{ ProcessName: 'AZRebalance' }] }];
  await run(FLEET);
  expect(world.changes).toEqual([]);
  expect(aws.last).toMatchObject({
    success: { continuationToken: '{}', executionDetails: { summary: expect.stringContaining('UPDATE_IN_PROGRESS') } },
  });
});

test('a failed creation is deleted by the id of its stack (E2)', async () => {
  world.status = 'ROLLBACK_COMPLETE';
  await run(FLEET);
  expect(world.changes).toEqual([{ StackName: ID }]);
});

test('the next invocation knows which rollback was continued (A41)', async () => {
  world.status = 'UPDATE_ROLLBACK_FAILED';
  await run(FLEET);
  const first = aws.last as { success: { continuationToken: string } };
  await run(FLEET, first.success.continuationToken);
  expect(world.changes).toEqual([{ StackName: ID }]);
  expect(aws.last).toMatchObject({ failure: { type: 'JobFailed', message: expect.stringContaining('failed again') } });
});

test('an image stack is only waited for', async () => {
  world.status = 'ROLLBACK_COMPLETE';
  await run({ stack: 'greeter-image', executionId: EXECUTION });
  expect(world.changes).toEqual([]);
  expect(aws.last).toMatchObject({ success: { outputVariables: {} } });
});

test('another account and region are reached with a session of the role, named after the execution', async () => {
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

test('in another region the image is the copy of the same build, read from the region of the build (A16)', async () => {
  const roleArn = 'arn:aws:iam::111111111111:role/greeter-prod-prepare';
  await run({ ...FLEET, imageArn: BUILD, roleArn, region: 'eu-central-1' });
  expect(world.changes.at(-1)).toBe(BUILD);
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
])('invalid parameters fail the job: %#', async (parameters, message) => {
  await run(parameters);
  expect(aws.last).toMatchObject({
    failure: { type: 'ConfigurationError', message: expect.stringContaining(message) },
  });
});
