import { RollbackStageCommand } from '@aws-sdk/client-codepipeline';
import { printedCommand } from '../../cli/printed-command';
import { Refusal, refusedWith } from '../../cli/refusal';
import { oneLine, short } from '../../cli/text';
import { type Command, targetOf } from '../command';
import { deploymentHistory } from '../pipeline/deployment-history';
import { environmentIn } from '../pipeline/environments';
import type { Pipeline } from '../pipeline/pipeline';
import { readDeployments } from '../pipeline/read-deployments';
import { rollbackTarget } from '../pipeline/rollback-target';
import { follow } from './follow';

/** Number of deployments that are searched for a version to go back to. */
const MEMORY = 100;

/** Rolls an environment back: a new execution runs this stage again, with its earlier revisions (A21). */
export const rollback: Command = async (context) => {
  const { given, options } = context.request;
  const environment = given['ENV'] ?? '';
  const pipeline = await context.pipeline();
  const declaration = await pipeline.declaration();
  environmentIn(declaration, environment);
  const history = deploymentHistory(
    await readDeployments(pipeline, { declaration, environments: [environment], wanted: MEMORY }),
  );
  const version = typeof options.to === 'string' ? options.to : undefined;
  const choice = rollbackTarget(history, { version, current: await succeededIn(pipeline, environment) });
  if (choice.kind === 'refused') {
    const possible =
      choice.possible.length > 0 ? `possible with --to: ${choice.possible.join(', ')}` : 'no version is possible';
    throw new Refusal(`${environment} cannot be rolled back: ${choice.why}; ${possible}`);
  }
  const { executionId: target, image } = choice.deployment;
  const request = { pipelineName: pipeline.name, stageName: environment, targetPipelineExecutionId: target };
  try {
    const { pipelineExecutionId: executionId = '' } = await pipeline.client.send(new RollbackStageCommand(request));
    const from = history.serving?.version;
    const data = { pipeline: pipeline.name, environment, from, to: image?.version, target, executionId };
    const over = choice.passed.map((each) => `passes over ${each}, which did not stay healthy`);
    const line = `rolls ${environment} back${from ? ` from ${from}` : ''} to ${image?.version} (commit ${short(image?.commitId ?? '')}), in execution ${executionId}`;
    if (!options.wait) return { ok: true, lines: [...over, line], data };
    for (const each of [...over, line]) context.say(each);
    return follow(context, { pipeline, executionId, data });
  } catch (error) {
    const why = WHY.find(({ code }) => refusedWith(error, code));
    if (!why) throw error;
    const instead = printedCommand(targetOf(context.request), ['release', '--commit', image?.commitId ?? '']);
    throw new Refusal(
      `${environment} cannot be rolled back to ${image?.version}: ${why.say(oneLine((error as Error).message), instead)}`,
    );
  }
};

async function succeededIn(pipeline: Pipeline, stage: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { pipelineExecutionId = '' } of pipeline.executions(stage)) {
    ids.add(pipelineExecutionId);
    if (ids.size === MEMORY) break;
  }
  return ids;
}

const WHY = [
  {
    code: 'PipelineExecutionOutdatedException',
    say: (_: string, instead: string) =>
      `the pipeline's structure has changed since; release that commit instead: ${instead}`,
  },
  { code: 'UnableToRollbackStageException', say: (message: string) => message },
  { code: 'ConflictException', say: (message: string) => `another execution is at work there (${message})` },
];
