import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { placeOf } from '../another-place';
import { copiedImageId } from '../copied-image';
import { STACK_NAME } from '../parameters';
import { answerJob, type PipelineEvent } from '../pipeline-job';
import { lookAtFleet } from './look';
import { serving } from './serving';

const codePipeline = new CodePipelineClient({});

/**
 * Describes the versions of a fleet, for the approval of their replacement. Parameters: `stack`, and the `max` of its
 * settings; see `placeOf`. For another region also `imageArn`, whose copy there it returns as `NewImageId`.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job) => {
    const stack = job.parameters.text('stack', STACK_NAME);
    const place = placeOf(job);
    const clients = { autoScaling: new AutoScalingClient(place), ec2: new EC2Client(place) };
    const max = job.parameters.has('max') ? job.parameters.count('max') : undefined;
    const found = serving(await lookAtFleet(clients, stack), max);
    const NewImageId = await copiedImageId(new ImagebuilderClient({}), job.parameters);
    return { outputVariables: { ...found, ...(NewImageId && { NewImageId }) } };
  });
}
