import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import {
  type ActionExecutionDetail,
  CodePipelineClient,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import type { Status } from '../rig/runtime';
import { type LogLine, type Span, serviceStarts, stepsOf, timesOf } from './spans';

/** One action of the delivery, with the time in it that is not the engine's. Times are milliseconds since 1970. */
export interface Action {
  readonly stage: string;
  readonly name: string;
  readonly provider: string;
  readonly from: number;
  readonly to: number;
  /** The user's own commands, one after the other. */
  readonly commands: readonly Span[];
  /** Lambda functions at work. */
  readonly functions: readonly Span[];
}

/** Reads from AWS's own APIs how the delivery of one commit went: nothing of it is measured from inside. */
export class Delivery {
  private readonly codePipeline: CodePipelineClient;
  private readonly codeBuild: CodeBuildClient;
  private readonly logs: CloudWatchLogsClient;

  constructor({ endpoint, region, credentials }: Pick<Status, 'endpoint' | 'region' | 'credentials'>) {
    const configuration = { endpoint, region, credentials };
    this.codePipeline = new CodePipelineClient(configuration);
    this.codeBuild = new CodeBuildClient(configuration);
    this.logs = new CloudWatchLogsClient(configuration);
  }

  /** The actions of the execution of `commitId`, in the order in which they began. */
  async actions(pipelineName: string, commitId: string): Promise<Action[]> {
    const { pipelineExecutionSummaries = [] } = await this.codePipeline.send(
      new ListPipelineExecutionsCommand({ pipelineName, maxResults: 5 }),
    );
    const execution = pipelineExecutionSummaries.find(({ sourceRevisions }) =>
      sourceRevisions?.some(({ revisionId }) => revisionId === commitId),
    );
    if (execution?.status !== 'Succeeded') throw new Error(`the execution of ${commitId}: ${execution?.status}`);
    const filter = { pipelineExecutionId: execution.pipelineExecutionId };
    const { actionExecutionDetails = [] } = await this.codePipeline.send(
      new ListActionExecutionsCommand({ pipelineName, filter }),
    );
    const actions = await Promise.all(actionExecutionDetails.map((detail) => this.action(detail)));
    return actions.sort((a, b) => a.from - b.from);
  }

  private async action(detail: ActionExecutionDetail): Promise<Action> {
    const { stageName: stage = '', actionName: name = '', startTime, lastUpdateTime } = detail;
    const provider = detail.input?.actionTypeId?.provider ?? '';
    const [from, to] = [Number(startTime), Number(lastUpdateTime)];
    const time = { from, to };
    const action = { stage, name, provider, from, to, commands: [], functions: [] };
    switch (provider) {
      case 'CodeBuild':
        return { ...action, commands: await this.buildCommands(detail.output?.executionResult?.externalExecutionId) };
      case 'Lambda':
        return { ...action, functions: timesOf(await this.lines('/aws/lambda/', time)) };
      case 'CloudFormation': {
        const steps = stepsOf(await this.lines('/aws/imagebuilder/', time));
        const starts = serviceStarts(await this.lines('/aws/ec2/console', time));
        return { ...action, commands: [...steps, ...starts] };
      }
      default:
        return action;
    }
  }

  /** From `Running command …` to whatever CodeBuild says next. */
  private async buildCommands(buildId = ''): Promise<Span[]> {
    const { builds: [build] = [] } = await this.codeBuild.send(new BatchGetBuildsCommand({ ids: [buildId] }));
    const { groupName, streamName } = build?.logs ?? {};
    const lines = await this.read(groupName, 0, { logStreamNames: [streamName ?? ''], filterPattern: '"[Container]"' });
    const own = lines.filter(({ message }) => message.startsWith('[Container]'));
    return own.flatMap(({ message, at }, index) => {
      const name = /Running command (.*)/.exec(message)?.[1];
      const next = own[index + 1];
      return name && next ? [{ name, from: at, to: next.at }] : [];
    });
  }

  /** Returns the lines of a prefix's log groups within a time range. */
  private async lines(logGroupNamePrefix: string, { from, to }: { from: number; to: number }): Promise<LogLine[]> {
    const { logGroups = [] } = await this.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
    const lines = await Promise.all(logGroups.map(({ logGroupName }) => this.read(logGroupName, from)));
    return lines.flat().filter(({ at }) => at <= to + LATE_LINES_MS);
  }

  private async read(
    logGroupName = '',
    startTime = 0,
    only: Pick<FilterLogEventsCommandInput, 'logStreamNames' | 'filterPattern'> = {},
  ): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.logs.send(new FilterLogEventsCommand({ logGroupName, startTime, ...only, nextToken }));
      for (const { message = '', timestamp = 0, logStreamName = '' } of page.events ?? [])
        lines.push({ message, at: timestamp, stream: logStreamName });
      nextToken = page.nextToken;
    } while (nextToken);
    return lines;
  }
}

/** A function goes on for a moment after it has reported its job's result; its own report comes then. */
const LATE_LINES_MS = 2_000;
