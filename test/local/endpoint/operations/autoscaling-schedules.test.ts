import {
  DeletePolicyCommand,
  DeleteScheduledActionCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
} from '@aws-sdk/client-auto-scaling';
import { groupRequest } from '../../runtime/autoscaling/controllable-servers';
import { type ScalingEndpoint, scalingEndpoint } from './scaling-endpoint';

const fleetName = { AutoScalingGroupName: 'fleet' };
let endpoint: ScalingEndpoint;

beforeEach(async () => {
  endpoint = await scalingEndpoint();
  endpoint.servers.scaling.createGroup(groupRequest());
  await endpoint.servers.settle();
});

afterEach(() => endpoint.close());

test('scheduled actions are put, described with their next time, and deleted', async () => {
  const { client } = endpoint;
  const action = { ...fleetName, ScheduledActionName: 'stop' };
  const put = { ...action, Recurrence: '0 20 * * *', MinSize: 0, DesiredCapacity: 0, TimeZone: 'Europe/Dublin' };
  await client.send(new PutScheduledUpdateGroupActionCommand(put));
  await client.send(new PutScheduledUpdateGroupActionCommand({ ...action, Recurrence: '0 21 * * *' }));
  const { ScheduledUpdateGroupActions: found } = await client.send(new DescribeScheduledActionsCommand(fleetName));
  expect(found).toEqual([
    {
      ...action,
      Recurrence: '0 21 * * *',
      TimeZone: 'Europe/Dublin',
      MinSize: 0,
      DesiredCapacity: 0,
      StartTime: new Date('2026-01-01T21:00:00Z'),
    },
  ]);
  await client.send(new DeleteScheduledActionCommand(action));
  await expect(client.send(new DeleteScheduledActionCommand(action))).rejects.toThrow(
    'Scheduled action name not found',
  );
});

test('scaling policies are put, described and deleted; unsupported kinds are refused by name', async () => {
  const { client } = endpoint;
  const policy = {
    ...fleetName,
    PolicyName: 'requests',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      TargetValue: 100,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget' as const,
        ResourceLabel: 'app/web/1/targetgroup/web/2',
      },
    },
  };
  const { PolicyARN } = await client.send(new PutScalingPolicyCommand(policy));
  const described = async () => (await client.send(new DescribePoliciesCommand(fleetName))).ScalingPolicies;
  expect(await described()).toMatchObject([{ ...policy, PolicyARN, Enabled: true, Alarms: [] }]);
  await expect(client.send(new PutScalingPolicyCommand({ ...policy, PolicyType: 'StepScaling' }))).rejects.toThrow(
    'PutScalingPolicy with PolicyType StepScaling is not supported',
  );
  await client.send(new DeletePolicyCommand({ ...fleetName, PolicyName: 'requests' }));
  expect(await described()).toEqual([]);
});
