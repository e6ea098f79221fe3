import { StopPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { Refusal, refusedWith, WrongUse } from '../../cli/refusal';
import { short } from '../../cli/text';
import type { Command } from '../command';
import type { Pipeline } from '../pipeline/pipeline';

/** Stops an execution: the given one, or the only one that runs (A19). */
export const stop: Command = async ({ request, pipeline: open }) => {
  const pipeline = await open();
  const { given, options } = request;
  const asked = given['EXECUTION'];
  const id = asked === undefined ? await running(pipeline) : ((await pipeline.find(asked)).pipelineExecutionId ?? '');
  const abandon = options.abandon === true;
  try {
    await pipeline.client.send(
      new StopPipelineExecutionCommand({
        pipelineName: pipeline.name,
        pipelineExecutionId: id,
        abandon,
        ...(typeof options.reason === 'string' && { reason: options.reason }),
      }),
    );
  } catch (error) {
    throw refusalOf(error, id);
  }
  return {
    ok: true,
    lines: [
      abandon
        ? `stopped execution ${short(id)}; work that its actions started on AWS continues`
        : `execution ${short(id)} stops when its running actions have ended`,
    ],
    data: { pipeline: pipeline.name, executionId: id, abandoned: abandon },
  };
};

async function running(pipeline: Pipeline): Promise<string> {
  const found: string[] = [];
  for await (const { status, pipelineExecutionId = '' } of pipeline.executions()) {
    if (status === 'InProgress' || status === 'Stopping') found.push(pipelineExecutionId);
  }
  const [one, another] = found;
  if (one === undefined) throw new Refusal(`no execution of ${pipeline.name} runs`);
  if (another !== undefined) throw new WrongUse(`several executions run; give one of them: ${found.join(', ')}`);
  return one;
}

function refusalOf(error: unknown, id: string): unknown {
  if (refusedWith(error, 'DuplicatedStopRequestException')) {
    return new Refusal(`execution ${short(id)} is stopping already; --abandon does not wait for its running actions`);
  }
  if (refusedWith(error, 'PipelineExecutionNotStoppableException')) {
    return new Refusal(`execution ${short(id)} has ended, so there is nothing to stop`);
  }
  return error;
}
