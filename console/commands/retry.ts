import { RetryStageExecutionCommand, type StageState } from '@aws-sdk/client-codepipeline';
import { printedCommand } from '../../cli/printed-command';
import { Refusal, refusedWith } from '../../cli/refusal';
import { short } from '../../cli/text';
import { type Command, type Context, targetOf } from '../command';
import { environmentsOf } from '../pipeline/environments';
import type { Pipeline } from '../pipeline/pipeline';
import { follow } from './follow';

/** Runs a failed stage again, within its execution (A20). */
export const retry: Command = async (context) => {
  const pipeline = await context.pipeline();
  const { given, options } = context.request;
  const { stageName, executionId } = await failedStage(context, given['STAGE']);
  const all = options.all === true || (await rollsFleet(pipeline, stageName));
  const before = options.wait ? await pipeline.actionsOf(executionId) : [];
  try {
    await pipeline.client.send(
      new RetryStageExecutionCommand({
        pipelineName: pipeline.name,
        stageName,
        pipelineExecutionId: executionId,
        retryMode: all ? 'ALL_ACTIONS' : 'FAILED_ACTIONS',
      }),
    );
  } catch (error) {
    if (!refusedWith(error, 'NotLatestPipelineExecutionException', 'StageNotRetryableException')) throw error;
    throw new Refusal(
      `${stageName} of execution ${short(executionId)} can no longer be retried (${(error as Error).message.replace(/\.$/, '')}); ${await instead(context, executionId)}`,
    );
  }
  const data = { pipeline: pipeline.name, executionId, stage: stageName };
  const line = `retries ${stageName} of execution ${executionId}`;
  if (!options.wait) return { ok: true, lines: [line], data };
  context.say(line);
  return follow(context, { pipeline, executionId, data, before });
};

/**
 * In such a stage all actions run again: the capacity that `Prepare` read is old, and a roll with it could end servers.
 */
async function rollsFleet(pipeline: Pipeline, stageName: string): Promise<boolean> {
  return environmentsOf(await pipeline.declaration()).some(({ name }) => name === stageName);
}

interface Failed {
  readonly stageName: string;
  readonly executionId: string;
}

async function failedStage(context: Context, asked: string | undefined): Promise<Failed> {
  const pipeline = await context.pipeline();
  const stages = await pipeline.stages();
  if (asked !== undefined) {
    const stage = stages.find(({ stageName }) => stageName === asked);
    if (!stage) {
      throw new Refusal(
        `${pipeline.name} has no stage ${asked}; it has ${stages.map((each) => each.stageName).join(', ')}`,
      );
    }
    const failed = failureOf(stage);
    if (failed) return failed;
    throw new Refusal(`${asked} has not failed: its latest execution is ${stage.latestExecution?.status ?? 'none'}`);
  }
  const failed = stages.flatMap((stage) => failureOf(stage) ?? []);
  for await (const { pipelineExecutionId = '', status } of pipeline.executions()) {
    if (status !== 'Failed') continue;
    const found = failed.find(({ executionId }) => executionId === pipelineExecutionId);
    if (found) return found;
    throw new Refusal(
      `the stage in which execution ${short(pipelineExecutionId)} failed was entered by a later execution; ${await instead(context, pipelineExecutionId)}`,
    );
  }
  throw new Refusal(`no execution of ${pipeline.name} has failed`);
}

function failureOf({ stageName = '', latestExecution }: StageState): Failed | undefined {
  if (latestExecution?.status !== 'Failed') return undefined;
  return { stageName, executionId: latestExecution.pipelineExecutionId ?? '' };
}

/** Suggests releasing the same commit when a retry is refused. */
async function instead({ pipeline, request }: Context, executionId: string): Promise<string> {
  const { artifactRevisions = [] } = await (await pipeline()).execution(executionId);
  const commit = artifactRevisions[0]?.revisionId;
  const words = commit ? ['--commit', commit] : [];
  return `release the same commit instead: ${printedCommand(targetOf(request), ['release', ...words])}`;
}
