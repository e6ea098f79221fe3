import {
  type CodePipelineClient,
  GetPipelineExecutionCommand,
  paginateListPipelineExecutions,
} from '@aws-sdk/client-codepipeline';
import type { ExecutionFacts } from './evidence';

/** Reads the execution, and the reason of a stop. Only the list has that reason. */
export async function executionFacts(
  codePipeline: CodePipelineClient,
  pipeline: string,
  executionId: string,
): Promise<ExecutionFacts> {
  const command = new GetPipelineExecutionCommand({ pipelineName: pipeline, pipelineExecutionId: executionId });
  const { status = '', statusSummary } = (await codePipeline.send(command)).pipelineExecution ?? {};
  const stopReason = status === 'Stopped' ? await stopReasonOf(codePipeline, pipeline, executionId) : undefined;
  return { status, statusSummary, stopReason };
}

async function stopReasonOf(
  codePipeline: CodePipelineClient,
  pipeline: string,
  executionId: string,
): Promise<string | undefined> {
  for await (const page of paginateListPipelineExecutions({ client: codePipeline }, { pipelineName: pipeline })) {
    const summary = page.pipelineExecutionSummaries?.find((one) => one.pipelineExecutionId === executionId);
    if (summary) return summary.stopTrigger?.reason;
  }
  return undefined;
}
