import { StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { short } from '../../cli/text';
import type { Command, Context } from '../command';
import { resolveCommit, sourceAction } from '../pipeline/commit';
import type { Pipeline } from '../pipeline/pipeline';
import { follow } from './follow';

/** Starts the pipeline, on the tip of its branch or on the commit that was asked for. */
export const release: Command = async (context) => {
  const pipeline = await context.pipeline();
  const { commit: given, wait } = context.request.options;
  const override = typeof given === 'string' ? await commitOverride(context, pipeline, given) : undefined;
  const request = { name: pipeline.name, sourceRevisions: override && [override] };
  const { pipelineExecutionId = '' } = await pipeline.client.send(new StartPipelineExecutionCommand(request));
  const commit = override?.revisionValue;
  const data = { pipeline: pipeline.name, executionId: pipelineExecutionId, commitId: commit };
  const started = `started execution ${pipelineExecutionId} of ${pipeline.name}${commit ? ` on commit ${short(commit)}` : ''}`;
  if (!wait) return { ok: true, lines: [started], data };
  context.say(started);
  return follow(context, { pipeline, executionId: pipelineExecutionId, data });
};

/** A35. */
async function commitOverride({ clients }: Context, pipeline: Pipeline, given: string) {
  const source = sourceAction(await pipeline.declaration());
  const revisionValue = await resolveCommit(given, { codeCommit: clients.codeCommit, pipeline, source });
  return { actionName: source.name, revisionType: 'COMMIT_ID' as const, revisionValue };
}
