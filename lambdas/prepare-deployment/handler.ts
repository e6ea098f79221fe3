import { AutoScalingClient, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { type ClientPlace, placeOf } from '../another-place';
import { refuseReplacedArtifacts } from '../artifact-versions';
import { copiedImageId } from '../copied-image';
import { groupsOf } from '../fleet-group';
import { APPLICATION, EXECUTION_ID, STACK_NAME, VERSION } from '../parameters';
import { answerJob, type Done, type NotYet, type PipelineEvent, type State } from '../pipeline-job';
import { capacityFor, capacityText, type FleetSettings, keptServers, type LiveSizes } from './capacity';
import { pastHealth, rememberedHealth } from './past-health';
import { NotDeployable, prepare, type Ready } from './prepare';
import { resumeProcesses } from './processes';
import { makeRoom } from './room';
import { type Stacks, stacksOf } from './stack';
import { refuseTakenVersion } from './taken-version';

const codePipeline = new CodePipelineClient({});
const imageBuilder = new ImagebuilderClient({});

/**
 * Brings a stack into a deployable state, and returns the sizes of the roll. Parameters: `stack`, `executionId`; for
 * the image `imageVersion`; for a fleet `application`, and `min`, `max` and `batch` of the settings; for one elsewhere
 * `roleArn` and `region`; and for another region `imageArn`, whose copy there it returns as `ImageId`.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job) => {
    const { parameters, state } = job;
    await refuseReplacedArtifacts(job);
    const name = parameters.text('stack', STACK_NAME);
    parameters.text('executionId', EXECUTION_ID);
    const sizes = ['min', 'max', 'batch'].some((size) => parameters.has(size))
      ? { min: parameters.count('min'), max: parameters.count('max'), batch: parameters.count('batch') }
      : undefined;
    const place = placeOf(job);
    const stacks = stacksOf(new CloudFormationClient(place));
    const outcome = await prepare({ stacks, name, of: sizes ? 'fleet' : 'image', state });
    if (!('ready' in outcome)) return outcome;
    if (!sizes) {
      const version = parameters.optionalText('imageVersion', VERSION);
      if (version && outcome.stack) await refuseTakenVersion(imageBuilder, { name, stack: outcome.stack, version });
      return { outputVariables: {}, summary: outcome.ready };
    }
    const application = parameters.text('application', APPLICATION);
    const fleet = await fleetReady({ place, stacks, name, application, sizes, state, ...outcome });
    if ('again' in fleet) return fleet;
    const ImageId = await copiedImageId(imageBuilder, parameters);
    return { ...fleet, outputVariables: { ...fleet.outputVariables, ...(ImageId && { ImageId }) } };
  });
}

interface FleetReady extends Ready {
  readonly place: ClientPlace;
  readonly stacks: Stacks;
  readonly name: string;
  readonly application: string;
  readonly sizes: FleetSettings;
  readonly state: State;
}

/**
 * Called while no operation runs: repairs the effects of a killed roll, and reads the size and the past health of the
 * fleet.
 */
async function fleetReady(fleet: FleetReady): Promise<Done | NotYet> {
  const { place, stacks, name, application, sizes, stack, state } = fleet;
  const autoScaling = new AutoScalingClient(place);
  const groups = await groupsOf(autoScaling, name);
  if (stack && groups.length === 0) {
    throw new NotDeployable(
      `${name} is in ${stack.status}, and its Auto Scaling group was not found: how many servers must stay is not known. ` +
        'Look whether somebody has deleted the group, then retry the stage',
    );
  }
  const resumed = await resumeProcesses(autoScaling, groups);
  const live = liveSizes(groups);
  const capacity = capacityFor(sizes, live);
  const clients = { autoScaling, cloudWatch: new CloudWatchClient(place) };
  // Making room updates the stack, which hides its earlier state.
  const past =
    rememberedHealth(state) ?? (await pastHealth(clients, { ...fleet, stack: name, application, group: groups[0] }));
  const room = await makeRoom({ stacks, stack, live, capacity, state: { ...state, past: JSON.stringify(past) } });
  if ('again' in room) return room;
  const also = resumed.length > 0 ? `, resumed ${resumed.join(', ')}` : '';
  return {
    outputVariables: { ...capacity, ...keptServers(sizes, live), ...past.variables },
    summary: `${fleet.ready}${capacityText(sizes, live)}${past.text}${also}${room.text}`,
  };
}

/** The largest sizes of the groups: there are two while one takes the place of another. */
function liveSizes(groups: readonly AutoScalingGroup[]): LiveSizes | undefined {
  if (groups.length === 0) return undefined;
  return {
    desired: Math.max(...groups.map(({ DesiredCapacity = 0 }) => DesiredCapacity)),
    max: Math.max(...groups.map(({ MaxSize = 0 }) => MaxSize)),
  };
}
