import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeStackResourcesCommand, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { Refusal, WrongUse } from '../../cli/refusal';
import type { Clients } from '../clients';
import type { Command, CommandResult } from '../command';

/** Shows or sets the number of servers of an environment. */
export const capacity: Command = async ({ clients, request, pipeline: open }) => {
  const { name } = await open();
  const environment = request.given['ENV'] ?? '';
  const wanted = request.given['N'];
  if (wanted !== undefined && !/^\d{1,4}$/.test(wanted))
    throw new WrongUse(`argument N must be a whole number from 0, not "${wanted}"`);
  const fleet = await fleetOf(clients, `${name}-${environment.replaceAll('-', '--')}-fleet`);
  if (wanted === undefined) return answer(environment, fleet.group);
  return answer(environment, await resized(clients, { environment, fleet, servers: Number(wanted) }), fleet.group);
};

interface Fleet {
  readonly stack: Stack;
  readonly group: AutoScalingGroup;
}

async function fleetOf({ cloudFormation, autoScaling }: Clients, stackName: string): Promise<Fleet> {
  const stack = await findStack(cloudFormation, stackName);
  const { StackResources = [] } = await cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName: stackName }),
  );
  const resource = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::AutoScaling::AutoScalingGroup');
  const groupName = resource?.PhysicalResourceId;
  if (!groupName) throw new Refusal(`the stack ${stackName} has no servers yet: it is ${stack.StackStatus}`);
  return { stack, group: await findGroup(autoScaling, groupName) };
}

async function findStack(cloudFormation: Clients['cloudFormation'], StackName: string): Promise<Stack> {
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (stack) return stack;
  } catch (error) {
    // CloudFormation has no error code of its own for a missing stack.
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
  }
  const why = 'nothing was deployed there yet, or the environment is elsewhere (see --help)';
  throw new Refusal(`there is no stack ${StackName} in this account and region: ${why}`);
}

async function findGroup(autoScaling: Clients['autoScaling'], name: string): Promise<AutoScalingGroup> {
  const answer = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
  const [group] = answer.AutoScalingGroups ?? [];
  if (!group) throw new Refusal(`the group ${name} of the fleet's stack was deleted`);
  return group;
}

async function resized(
  clients: Clients,
  { environment, fleet: { stack, group }, servers }: { environment: string; fleet: Fleet; servers: number },
): Promise<AutoScalingGroup> {
  // A roll uses the capacity that it read at its start. A change now would make it end or await the wrong number of
  // servers.
  if (/_IN_PROGRESS$/.test(stack.StackStatus ?? '')) {
    throw new Refusal(
      `${environment} is being rolled (${stack.StackName} is ${stack.StackStatus}); set its capacity after that`,
    );
  }
  const most = group.MaxSize ?? 0;
  if (servers > most) throw new Refusal(`${environment} has at most ${most} servers ("max" in infra/settings.ts)`);
  const least = Number(stack.Parameters?.find(({ ParameterKey }) => ParameterKey === 'MinSize')?.ParameterValue ?? 0);
  const AutoScalingGroupName = group.AutoScalingGroupName ?? '';
  await clients.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName,
      // Below the template's minimum only on request; otherwise the minimum applies again.
      MinSize: Math.min(servers, least),
      DesiredCapacity: servers,
    }),
  );
  return findGroup(clients.autoScaling, AutoScalingGroupName);
}

function answer(environment: string, group: AutoScalingGroup, before?: AutoScalingGroup): CommandResult {
  const { MinSize: min = 0, MaxSize: max = 0, DesiredCapacity: desired = 0, Instances: instances = [] } = group;
  const inService = instances.filter(({ LifecycleState }) => LifecycleState === 'InService').length;
  const was = before ? ` (was ${before.DesiredCapacity})` : '';
  return {
    ok: true,
    lines: [`${environment}  ${desired} wanted${was}, ${inService} in service; at least ${min}, at most ${max}`],
    data: {
      environment,
      group: group.AutoScalingGroupName,
      min,
      max,
      desired,
      inService,
      was: before?.DesiredCapacity,
    },
  };
}
