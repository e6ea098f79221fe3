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
import { Refusal, WrongUse } from '../cli/refusal';

/** One pipeline, as far as the commands read it. */
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

  /** The account and region in which the pipeline is: its ARN names them. */
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
   * Executions, the latest first, page by page as they are asked for; where a stage is given, those that succeeded in it
   * under the pipeline's present structure.
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

  /** Pages of action executions, the latest first; of one execution, or of all. */
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

  /** The execution whose id is, or begins with, `id`. Refuses where none does, or several do. */
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

/** The names of all pipelines of the account and region. */
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

/** The pipeline of that name, or the account's only one. */
export async function openPipeline(client: CodePipelineClient, asked: string | undefined): Promise<Pipeline> {
  if (asked !== undefined) return new Pipeline(client, asked);
  const [name, ...others] = await pipelineNames(client);
  if (name === undefined) throw new Refusal('there is no pipeline in this account and region');
  if (others.length > 0) throw new WrongUse(`--pipeline is needed: ${[name, ...others].join(', ')}`);
  return new Pipeline(client, name);
}
