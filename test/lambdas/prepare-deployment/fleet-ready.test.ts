import { aws, FLEET, ID, run, usePreparedAws, world } from './prepare-rig';

usePreparedAws();

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
])('replaced servers are recorded in the history: %s', async (_title, minutes, variables, summary) => {
  world.replaced = minutes;
  await run(FLEET);
  expect(aws.last).toMatchObject({
    success: { outputVariables: variables, executionDetails: { summary: expect.stringMatching(summary) } },
  });
});

test('a service that ended by itself twice on each server is recorded in the history', async () => {
  world.ended = 6;
  await run(FLEET);
  expect(aws.last).toMatchObject({
    success: { outputVariables: { ReplacedServers: '0', ServiceEnds: '6', StayedHealthy: 'no' } },
  });
});

test('a fleet is rolled even if its past health cannot be read', async () => {
  world.replaced = undefined;
  await run(FLEET);
  const { success } = aws.last as { success: { outputVariables: object; executionDetails: { summary: string } } };
  expect(Object.keys(success.outputVariables)).not.toContain('StayedHealthy');
  expect(success.executionDetails.summary).toMatch(/health since the last roll is not known \(AccessDenied\)$/);
});

test.each([
  ['none', []],
  ['one that is being deleted', [{ DesiredCapacity: 4, Status: 'Delete in progress' }]],
])('a stack whose group is missing (%s) is not rolled with the sizes of the settings', async (_title, found) => {
  world.groups = found;
  await run(FLEET);
  expect(aws.last).toMatchObject({
    failure: { message: expect.stringMatching(/^NotDeployable: .* its Auto Scaling group was not found/) },
  });
});

describe('a fleet that was raised above the maximum of its stack', () => {
  const raised = { DesiredCapacity: 7, MaxSize: 7 };
  const next = () => (aws.last as { success: { continuationToken: string } }).success.continuationToken;

  test('first gets the sizes of the roll alone, so that a rollback keeps its servers (F35)', async () => {
    world.groups = [raised];
    world.replaced = [1, 2, 3, 4, 5, 6, 7];
    await run(FLEET);
    expect(world.changes.at(-1)).toEqual({
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
    world.replaced = [];
    world.maxSize = '8';
    await run(FLEET, next());
    expect(aws.last).toMatchObject({
      success: {
        outputVariables: { MaxSize: '8', MinInstancesInService: '7', ReplacedServers: '7', StayedHealthy: 'no' },
      },
    });
  });

  test('gets this update once; if the stack keeps its maximum, the roll continues', async () => {
    world.groups = [raised];
    await run(FLEET);
    const before = world.changes.length;
    await run(FLEET, next());
    expect(world.changes.slice(before).filter((change) => 'Parameters' in (change as object))).toEqual([]);
    expect(aws.last).toMatchObject({
      success: {
        outputVariables: { MaxSize: '8' },
        executionDetails: { summary: expect.stringMatching(/keeps its MaxSize of 4, because .* UPDATE_COMPLETE$/) },
      },
    });
  });

  test('gets no such update if the AMI in service was deregistered, and the roll to another AMI continues (E24)', async () => {
    world.groups = [raised];
    world.updateRefused = 'UPDATE_COMPLETE';
    world.refusal = 'Parameter validation failed: parameter value ami-1 for parameter name ImageId does not exist';
    await run(FLEET);
    expect(aws.last).toMatchObject({
      success: {
        outputVariables: { MaxSize: '8', MinInstancesInService: '7' },
        executionDetails: { summary: expect.stringContaining(`keeps its MaxSize of 4, because ${world.refusal}`) },
      },
    });
  });

  test('waits for an update that another delivery of the job started (A38)', async () => {
    world.groups = [raised];
    world.updateRefused = 'UPDATE_IN_PROGRESS';
    await run(FLEET);
    expect(aws.last).toMatchObject({ success: { continuationToken: expect.stringContaining('room') } });
  });

  test('fails the action with AWS’s message if the update is refused', async () => {
    world.groups = [raised];
    world.updateRefused = 'UPDATE_COMPLETE';
    await run(FLEET);
    expect(aws.last).toMatchObject({ failure: { message: 'ValidationError: it can not be updated' } });
  });

  test('needs no update while it stays within the maximum', async () => {
    world.groups = [{ DesiredCapacity: 4 }];
    await run(FLEET);
    expect(aws.last).toMatchObject({ success: { outputVariables: { MaxSize: '5' } } });
  });
});
