import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { answerJob, type PipelineEvent } from '../pipeline-job';
import { capacityFor } from './capacity';

const autoScaling = new AutoScalingClient({});
const codePipeline = new CodePipelineClient({});

/** Tells how a fleet is to be rolled. Told the fleet's `stack`, and `min`, `max` and `batch` of the settings. */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async ({ parameters }) => {
    const stack = parameters.text('stack', { pattern: /^[A-Za-z][A-Za-z0-9-]{0,127}$/, form: 'a stack name' });
    const [min, max, batch] = [parameters.count('min'), parameters.count('max'), parameters.count('batch')];
    return { outputVariables: capacityFor({ min, max, batch }, await desiredCapacity(stack)) };
  });
}

/** How many servers the group of the stack wants now; undefined where the stack has no group. */
async function desiredCapacity(stack: string): Promise<number | undefined> {
  const pages = paginateDescribeAutoScalingGroups(
    { client: autoScaling },
    { Filters: [{ Name: 'tag:aws:cloudformation:stack-name', Values: [stack] }] },
  );
  const desired: number[] = [];
  for await (const page of pages) {
    // A group that is being deleted has a status; others have none.
    const live = (page.AutoScalingGroups ?? []).filter((group) => group.Status === undefined);
    desired.push(...live.map((group) => group.DesiredCapacity ?? 0));
  }
  return desired.length > 0 ? Math.max(...desired) : undefined;
}
