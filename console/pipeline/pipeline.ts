import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  type PipelineDeclaration,
  type PipelineExecution,
  type PipelineExecutionSummary,
  type StageState,
} from '@aws-sdk/client-codepipeline';
import { Refusal, WrongUse } from '../../cli/refusal';

/** Reads one pipeline. */
export class Pipeline {
  constructor(
    readonly client: CodePipelineClient,
    readonly name: string,
  ) {}

  async declaration(): Promise<PipelineDeclaration> {
    const { pipeline } = await this.client.send(new GetPipelineCommand({ name: this.name }));
    if (!pipeline) throw new Error(`GetPipeline answered without a pipeline for ${this.name}`);
    return pipeline;
  }

  /** Returns the account and region of the pipeline, from its ARN. */
  async place(): Promise<{ account: string; region: string }> {
    const { metadata } = await this.client.send(new GetPipelineCommand({ name: this.name }));
    const [, , , region, account] = metadata?.pipelineArn?.split(':') ?? [];
    if (!region || !account) throw new Error(`GetPipeline answered without the ARN of ${this.name}`);
    return { account, region };
  }

  async stages(): Promise<StageState[]> {
    const { stageStates = [] } = await this.client.send(new GetPipelineStateCommand({ name: this.name }));
    return stageStates;
  }

  async execution(id: string): Promise<PipelineExecution> {
    const request = { pipelineName: this.name, pipelineExecutionId: id };
    const { pipelineExecution } = await this.client.send(new GetPipelineExecutionCommand(request));
    if (!pipelineExecution) throw new Error(`GetPipelineExecution answered without an execution for ${id}`);
    return pipelineExecution;
  }

  /**
   * Yields executions, the latest first, and asks for further pages as they are needed. `succeededIn` names a stage: then
   * only those that succeeded in it under the pipeline's present structure.
   */
  async *executions(succeededIn?: string): AsyncGenerator<PipelineExecutionSummary> {
    const filter = succeededIn === undefined ? undefined : { succeededInStage: { stageName: succeededIn } };
    let nextToken: string | undefined;
    do {
      const request = { pipelineName: this.name, maxResults: 100, nextToken, filter };
      const answer = await this.client.send(new ListPipelineExecutionsCommand(request));
      yield* answer.pipelineExecutionSummaries ?? [];
      nextToken = answer.nextToken;
    } while (nextToken);
  }

  /** Yields pages of action executions, the latest first: of one execution, or of all. */
  async *actionPages(pipelineExecutionId?: string): AsyncGenerator<ActionExecutionDetail[]> {
    const filter = pipelineExecutionId === undefined ? undefined : { pipelineExecutionId };
    let nextToken: string | undefined;
    do {
      const request = { pipelineName: this.name, maxResults: 100, nextToken, filter };
      const answer = await this.client.send(new ListActionExecutionsCommand(request));
      yield answer.actionExecutionDetails ?? [];
      nextToken = answer.nextToken;
    } while (nextToken);
  }

  async actionsOf(executionId: string): Promise<ActionExecutionDetail[]> {
    const all: ActionExecutionDetail[] = [];
    for await (const page of this.actionPages(executionId)) all.push(...page);
    return all;
  }

  /** Returns the execution whose id is or begins with `id`. Throws a `Refusal` if there is none, or several. */
  async find(id: string): Promise<PipelineExecutionSummary> {
    const found: PipelineExecutionSummary[] = [];
    for await (const execution of this.executions()) {
      if (execution.pipelineExecutionId?.startsWith(id)) found.push(execution);
      if (execution.pipelineExecutionId === id) return execution;
    }
    const [one, another] = found;
    if (!one) throw new Refusal(`${this.name} has no execution ${id}; "runs" lists the executions`);
    if (another) throw new Refusal(`${id} could be ${found.map((each) => each.pipelineExecutionId).join(' or ')}`);
    return one;
  }
}

/** Returns the names of all pipelines of the account and region. */
export async function pipelineNames(client: CodePipelineClient): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await client.send(new ListPipelinesCommand({ nextToken }));
    names.push(...(answer.pipelines ?? []).map(({ name = '' }) => name));
    nextToken = answer.nextToken;
  } while (nextToken);
  return names;
}

/** Returns the pipeline of that name, or the account's only one. Throws `WrongUse` if there are several. */
export async function openPipeline(client: CodePipelineClient, asked: string | undefined): Promise<Pipeline> {
  if (asked !== undefined) return new Pipeline(client, asked);
  const [name, ...others] = await pipelineNames(client);
  if (name === undefined) throw new Refusal('there is no pipeline in this account and region');
  if (others.length > 0)
    throw new WrongUse('missing option "--pipeline"', `the account has ${[name, ...others].join(', ')}`);
  return new Pipeline(client, name);
}
