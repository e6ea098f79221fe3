import { DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import type { StageDeclaration } from '@aws-sdk/client-codepipeline';
import { isServiceRefusal } from '../../cli/refusal';
import { groupsOf } from '../../lambdas/fleet-group';
import { type FleetHealth, fleetHealth } from '../../lambdas/fleet-health';
import { changedAt, imageVersionOf } from '../../lambdas/fleet-stack';
import type { Clients } from '../clients';
import type { Context } from '../command';
import { type EnvironmentPlace, placeOfFleet, rollOf } from './environments';
import type { Pipeline } from './pipeline';

/** The health of an environment's servers since the last roll, or the reason why it is not known. */
export type FleetNow =
  | { readonly kind: 'known'; readonly version: string; readonly health: FleetHealth }
  | { readonly kind: 'unknown'; readonly reason: string };

const unknown = (because: string): FleetNow => ({ kind: 'unknown', reason: because });

/** Reads the health of the fleets of these stages. The keys are the names of their environments. */
export async function fleetsNow(
  { clients, clock }: Pick<Context, 'clients' | 'clock'>,
  { pipeline, stages }: { pipeline: Pipeline; stages: readonly StageDeclaration[] },
): Promise<ReadonlyMap<string, FleetNow>> {
  const place = await pipeline.place();
  const look = { clients, application: pipeline.name, place, now: clock.now() };
  const looks = stages.map(async (stage) => [stage.name ?? '', await fleetNow(look, stage)] as const);
  return new Map(await Promise.all(looks));
}

interface Look {
  readonly clients: Clients;
  readonly application: string;
  /** The pipeline's own. */
  readonly place: EnvironmentPlace;
  readonly now: Date;
}

/**
 * Reads the health of the fleet of a stage. It is an addition to the answer, so a refusal of AWS gives `unknown`. A
 * fleet in another account or region is `unknown` too, since the credentials and clients are the pipeline's.
 */
async function fleetNow(look: Look, stage: StageDeclaration): Promise<FleetNow> {
  const roll = rollOf(stage);
  const StackName = roll?.configuration?.['StackName'];
  if (!StackName) return unknown('its stage deploys no stack');
  const { account, region } = placeOfFleet(stage, look.place);
  if (account !== look.place.account || region !== look.place.region) {
    return unknown('it is in another account or region');
  }
  try {
    const { Stacks: [stack] = [] } = await look.clients.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return await healthOf(look, StackName, stack);
  } catch (error) {
    if (!isServiceRefusal(error)) throw error;
    return unknown(error.name === 'ValidationError' ? `there is no stack ${StackName}` : error.name);
  }
}

async function healthOf(look: Look, name: string, stack: Stack | undefined): Promise<FleetNow> {
  const version = imageVersionOf(stack);
  // During a roll, and after a failed one, servers of other versions are among those that were replaced.
  if (!stack || !version || !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus ?? '')) {
    return unknown(`${name} is ${stack?.StackStatus}`);
  }
  const { clients, application, now } = look;
  const [group] = await groupsOf(clients.autoScaling, name);
  if (!group) return unknown(`${name} has no servers`);
  const fleet = { group, application, stack: name, version, since: changedAt(stack), now };
  return { kind: 'known', version, health: await fleetHealth(clients, fleet) };
}
