import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { StageDeclaration } from '@aws-sdk/client-codepipeline';
import { groupsOf } from '../lambdas/fleet-group';
import { type FleetHealth, fleetHealth } from '../lambdas/fleet-health';
import type { Clients } from './clients';
import { rollOf } from './environments';
import type { Pipeline } from './pipeline';

/** The health of an environment's servers since the last roll, or the reason why it is not known. */
export type FleetNow =
  | { readonly id: 'known'; readonly version: string; readonly health: FleetHealth }
  | { readonly id: 'unknown'; readonly because: string };

const unknown = (because: string): FleetNow => ({ id: 'unknown', because });

/** Looks at the fleets of these stages, by the names of their environments. */
export async function fleetsNow(
  clients: Clients,
  { pipeline, stages }: { pipeline: Pipeline; stages: readonly StageDeclaration[] },
): Promise<ReadonlyMap<string, FleetNow>> {
  const place = await pipeline.place();
  const looks = stages.map(async (stage) => [stage.name ?? '', await fleetNow(clients, { stage, place })] as const);
  return new Map(await Promise.all(looks));
}

/**
 * Looks at the fleet of a stage. Nothing that a person asked for depends on it, so that a refusal of AWS is an answer.
 * A fleet in another account or region is not looked at: a person's credentials and clients are those of the pipeline's.
 */
async function fleetNow(
  { cloudFormation, autoScaling }: Clients,
  { stage, place }: { stage: StageDeclaration; place: { readonly account: string; readonly region: string } },
): Promise<FleetNow> {
  const roll = rollOf(stage);
  const StackName = roll?.configuration?.['StackName'];
  if (!StackName) return unknown('its stage deploys no stack');
  const account = /^arn:[^:]*:iam::(\d+):/.exec(roll?.roleArn ?? '')?.[1] ?? place.account;
  if (account !== place.account || (roll?.region ?? place.region) !== place.region) {
    return unknown('it is in another account or region');
  }
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const version = stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'ImageVersion')?.ParameterValue;
    const since = stack?.LastUpdatedTime ?? stack?.CreationTime;
    // During a roll, and after one that failed, other servers are among those that were replaced.
    if (!version || !since || !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus ?? '')) {
      return unknown(`${StackName} is ${stack?.StackStatus}`);
    }
    return await healthOf(autoScaling, { stack: StackName, version, since });
  } catch (error) {
    // Every refusal of a service has AWS's metadata.
    if (!(error instanceof Error) || !('$metadata' in error)) throw error;
    return unknown(error.name === 'ValidationError' ? `there is no stack ${StackName}` : error.name);
  }
}

async function healthOf(
  autoScaling: AutoScalingClient,
  { stack, version, since }: { stack: string; version: string; since: Date },
): Promise<FleetNow> {
  const [group] = await groupsOf(autoScaling, stack);
  if (!group) return unknown(`${stack} has no servers`);
  const { AutoScalingGroupName: name = '', DesiredCapacity: servers = 0 } = group;
  return { id: 'known', version, health: await fleetHealth(autoScaling, { group: name, servers, since }) };
}
