import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { type Place, placeOf } from '../another-place';
import { groupsOf } from '../fleet-group';
import { EXECUTION_ID, STACK_NAME } from '../parameters';
import { answerJob, type Done, type PipelineEvent } from '../pipeline-job';
import { capacityFor, type FleetSettings } from './capacity';
import { prepare } from './prepare';
import { resumeProcesses } from './processes';
import { stacksOf } from './stack';

const codePipeline = new CodePipelineClient({});

/**
 * Brings a stack to where it can be deployed, and tells how a fleet is to be rolled. Told the `stack`, the `executionId`,
 * for a fleet `min`, `max` and `batch` of the settings, and for one elsewhere `roleArn` and `region`.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job) => {
    const { parameters, state } = job;
    const name = parameters.text('stack', STACK_NAME);
    parameters.text('executionId', EXECUTION_ID);
    const sizes = ['min', 'max', 'batch'].some((size) => parameters.has(size))
      ? { min: parameters.count('min'), max: parameters.count('max'), batch: parameters.count('batch') }
      : undefined;
    const place = placeOf(job);
    const stacks = stacksOf(new CloudFormationClient(place));
    const outcome = await prepare({ stacks, name, of: sizes ? 'fleet' : 'image', state });
    if (!('ready' in outcome)) return outcome;
    if (!sizes) return { outputVariables: {}, summary: outcome.ready };
    return await fleetReady(place, { name, sizes, ready: outcome.ready });
  });
}

/** Now that nothing is under way: ends what a killed roll has left, and looks how large the fleet is. */
async function fleetReady(
  place: Place,
  { name, sizes, ready }: { name: string; sizes: FleetSettings; ready: string },
): Promise<Done> {
  const autoScaling = new AutoScalingClient(place);
  const groups = await groupsOf(autoScaling, name);
  const resumed = await resumeProcesses(autoScaling, groups);
  const desired = groups.map((group) => group.DesiredCapacity ?? 0);
  const outputVariables = capacityFor(sizes, desired.length > 0 ? Math.max(...desired) : undefined);
  const also = resumed.length > 0 ? `, resumed ${resumed.join(', ')}` : '';
  const servers = desired.length > 0 ? `, ${Math.max(...desired)} servers are wanted` : '';
  return { outputVariables, summary: `${ready}${servers}${also}` };
}
