import { lineOf } from '../../lambdas/explain-failure/message';
import { causeOf } from '../cause-of';
import type { Command } from '../command';
import type { Pipeline } from '../pipeline';
import { Refusal } from '../refusal';
import { short } from '../text';

/** Tells in one line why an execution failed: the one that was asked for, or the latest that did. */
export const explain: Command = async ({ clients, request, pipeline: open }) => {
  const pipeline = await open();
  const asked = request.given['EXECUTION'];
  const executionId = asked === undefined ? await latestFailed(pipeline) : await idOf(pipeline, asked);
  const cause = await causeOf(clients.codePipeline, { pipeline: pipeline.name, executionId });
  const line = lineOf(cause);
  return {
    ok: true,
    lines: [`execution ${short(executionId)}: ${line}`],
    data: { pipeline: pipeline.name, executionId, line, ...cause },
  };
};

async function latestFailed(pipeline: Pipeline): Promise<string> {
  for await (const { status, pipelineExecutionId = '' } of pipeline.executions()) {
    if (status === 'Failed') return pipelineExecutionId;
  }
  throw new Refusal(`no execution of ${pipeline.name} has failed`);
}

async function idOf(pipeline: Pipeline, asked: string): Promise<string> {
  const { pipelineExecutionId = '' } = await pipeline.find(asked);
  return pipelineExecutionId;
}
