import type {
  ActionExecutionDetail,
  PipelineDeclaration,
  PipelineExecutionSummary,
} from '@aws-sdk/client-codepipeline';
import { type Deployment, deploymentsOf } from './deployments';
import type { Pipeline } from './pipeline';

/**
 * Reads at least the latest `wanted` deployments of each environment, or all if there are fewer; the latest first. It asks
 * page by page, because 12 months of history can be long (A9).
 */
export async function readDeployments(
  pipeline: Pipeline,
  { declaration, environments, wanted }: { declaration: PipelineDeclaration; environments: string[]; wanted: number },
): Promise<Deployment[]> {
  const actions = await readActions(pipeline, environments, wanted);
  const past = { actions, executions: await readExecutions(pipeline, actions) };
  return environments.flatMap((environment) => {
    const stage = declaration.stages?.find(({ name }) => name === environment);
    const actionNames = (stage?.actions ?? []).map(({ name = '' }) => name);
    return deploymentsOf({ environment, actionNames }, past);
  });
}

async function readActions(pipeline: Pipeline, environments: string[], wanted: number) {
  const actions: ActionExecutionDetail[] = [];
  const executionsIn = new Map(environments.map((name) => [name, new Set<string>()]));
  for await (const page of pipeline.actionPages()) {
    actions.push(...page);
    for (const { stageName = '', pipelineExecutionId = '' } of page)
      executionsIn.get(stageName)?.add(pipelineExecutionId);
    // One more each: the end of a page may split an execution, and the deployment before names the replaced version.
    if ([...executionsIn.values()].every(({ size }) => size > wanted + 1)) break;
  }
  return actions;
}

/** Reads the executions to which these actions belong. */
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
