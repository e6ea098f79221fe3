import type {
  ActionExecutionDetail,
  PipelineDeclaration,
  PipelineExecutionSummary,
} from '@aws-sdk/client-codepipeline';
import type { Pipeline } from './pipeline';
import { type Visit, visitsOf } from './visits';

/**
 * At least the latest `wanted` visits of each of these environments, or all there are; the latest first. History is
 * asked for page by page: 12 months of it can be long (A9).
 */
export async function readVisits(
  pipeline: Pipeline,
  { declaration, environments, wanted }: { declaration: PipelineDeclaration; environments: string[]; wanted: number },
): Promise<Visit[]> {
  const actions = await readActions(pipeline, environments, wanted);
  const past = { actions, executions: await readExecutions(pipeline, actions) };
  return environments.flatMap((environment) => {
    const stage = declaration.stages?.find(({ name }) => name === environment);
    const actionNames = (stage?.actions ?? []).map(({ name = '' }) => name);
    return visitsOf({ environment, actionNames }, past);
  });
}

async function readActions(pipeline: Pipeline, environments: string[], wanted: number) {
  const actions: ActionExecutionDetail[] = [];
  const visitors = new Map(environments.map((name) => [name, new Set<string>()]));
  for await (const page of pipeline.actionPages()) {
    actions.push(...page);
    for (const { stageName = '', pipelineExecutionId = '' } of page) visitors.get(stageName)?.add(pipelineExecutionId);
    // One more each: the page's end may have cut an execution in two, and what came before tells what was replaced.
    if ([...visitors.values()].every(({ size }) => size > wanted + 1)) break;
  }
  return actions;
}

/** The executions that these actions are of. */
async function readExecutions(pipeline: Pipeline, actions: readonly ActionExecutionDetail[]) {
  const missing = new Set(actions.map(({ pipelineExecutionId = '' }) => pipelineExecutionId));
  const executions: PipelineExecutionSummary[] = [];
  if (missing.size === 0) return executions;
  for await (const execution of pipeline.executions()) {
    if (missing.delete(execution.pipelineExecutionId ?? '')) executions.push(execution);
    if (missing.size === 0) break;
  }
  return executions;
}
