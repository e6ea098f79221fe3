import { capacity } from '../../../console/commands/capacity';
import { fakeClients, refusal, run } from '../commands-rig';

const group = (change: object = {}) => ({
  AutoScalingGroupName: 'group-1',
  MinSize: 2,
  MaxSize: 4,
  DesiredCapacity: 2,
  Instances: [{ LifecycleState: 'InService' }, { LifecycleState: 'Pending' }],
  ...change,
});

/** An account with one fleet, whose stack has this status; the group applies updates. */
function fleet(StackStatus = 'UPDATE_COMPLETE') {
  let current = group();
  return fakeClients({
    ListPipelines: () => ({ pipelines: [{ name: 'greeter' }] }),
    DescribeStacks: ({ StackName }) => {
      if (StackName !== 'greeter-dev-fleet') {
        throw refusal('ValidationError', `Stack with id ${StackName} does not exist`);
      }
      const Parameters = [{ ParameterKey: 'MinSize', ParameterValue: '2' }];
      return { Stacks: [{ StackName, StackStatus, Parameters }] };
    },
    DescribeStackResources: () => ({
      StackResources: [
        { ResourceType: 'AWS::EC2::LaunchTemplate', PhysicalResourceId: 'lt-1' },
        { ResourceType: 'AWS::AutoScaling::AutoScalingGroup', PhysicalResourceId: 'group-1' },
      ],
    }),
    DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [current] }),
    UpdateAutoScalingGroup: (change) => {
      current = { ...current, ...change };
      return {};
    },
  });
}

test('capacity without a number only shows the servers', async () => {
  const { clients, of } = fleet();
  expect(await run('capacity dev', { clients }, capacity)).toMatchObject({
    ok: true,
    lines: ['dev  2 wanted, 1 in service; at least 2, at most 4'],
    data: { environment: 'dev', group: 'group-1', min: 2, max: 4, desired: 2, inService: 1 },
  });
  expect(of('UpdateAutoScalingGroup')).toEqual([]);
});

const SIZES = [
  { asked: 0, min: 0, what: 'asleep' },
  { asked: 1, min: 1, what: 'below the template’s minimum, as asked' },
  { asked: 2, min: 2, what: 'the template’s minimum holds again' },
  { asked: 4, min: 2, what: 'as many as there may be' },
];

test.each(SIZES)('$asked servers: $what', async ({ asked, min }) => {
  const { clients, of } = fleet();
  const { lines } = await run(`capacity dev ${asked}`, { clients }, capacity);
  expect(of('UpdateAutoScalingGroup').map(({ input }) => input)).toEqual([
    { AutoScalingGroupName: 'group-1', MinSize: min, DesiredCapacity: asked },
  ]);
  expect(lines).toEqual([`dev  ${asked} wanted (was 2), 1 in service; at least ${min}, at most 4`]);
});

test('capacity refuses more servers than the maximum of the group, and anything but a number', async () => {
  const { clients } = fleet();
  await expect(run('capacity dev 5', { clients }, capacity)).rejects.toThrow('dev has at most 4 servers');
  await expect(run('capacity dev many', { clients }, capacity)).rejects.toThrow(
    'argument N must be a whole number from 0, not "many"',
  );
});

test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'CREATE_IN_PROGRESS'])(
  'during a roll (%s), capacity shows the servers and changes nothing',
  async (status) => {
    const { clients, of } = fleet(status);
    expect(await run('capacity dev', { clients }, capacity)).toMatchObject({ ok: true });
    await expect(run('capacity dev 3', { clients }, capacity)).rejects.toThrow(
      `dev is being rolled (greeter-dev-fleet is ${status}); set its capacity after that`,
    );
    expect(of('UpdateAutoScalingGroup')).toEqual([]);
  },
);

test('capacity refuses an environment without a fleet, and names its stack', async () => {
  const { clients } = fleet();
  await expect(run('capacity qa', { clients }, capacity)).rejects.toThrow(
    'there is no stack greeter-qa-fleet in this account and region',
  );
});

test('capacity does not look up the pipeline if --pipeline names it, so that an environment elsewhere can be read', async () => {
  const { clients, of } = fleet();
  await run('capacity dev --pipeline greeter', { clients }, capacity);
  expect(of('ListPipelines')).toEqual([]);
});
