import { AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import {
  type CodePipelineClient,
  paginateListActionExecutions,
  paginateListRuleExecutions,
} from '@aws-sdk/client-codepipeline';
import { GetImageCommand, ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import type { ClientPlace } from '../another-place';
import { executionFacts } from './aws-execution';
import { actionFacts, activityFacts, buildFacts, ruleFacts, stackEventFacts } from './aws-facts';
import type { ActionPlace, Evidence, LogPlace, StackEventFacts } from './evidence';

export interface AwsEvidenceOptions {
  /** CodePipeline of the pipeline's account and region. */
  readonly codePipeline: CodePipelineClient;
  readonly pipeline: string;
  readonly executionId: string;
  /** Returns the region and credentials with which to read the place of an action. */
  readonly placeOf: (at: ActionPlace) => ClientPlace;
}

/** Lines of a log, and events of a stack, within which the cause of a failure must be. */
const TAIL_LINES = 200;
const MOST_EVENTS = 1000;

/** Reads the evidence from AWS: each question is asked again, and nothing is changed. */
export function awsEvidence({ codePipeline, pipeline, executionId, placeOf }: AwsEvidenceOptions): Evidence {
  return {
    execution: () => executionFacts(codePipeline, pipeline, executionId),
    async actions() {
      const filter = { pipelineExecutionId: executionId };
      const actions = [];
      for await (const page of paginateListActionExecutions(
        { client: codePipeline },
        { pipelineName: pipeline, filter },
      )) {
        actions.push(...(page.actionExecutionDetails ?? []).map(actionFacts));
      }
      return actions;
    },
    async rules() {
      const rules = [];
      const asked = { pipelineName: pipeline, filter: { pipelineExecutionId: executionId } };
      for await (const page of paginateListRuleExecutions({ client: codePipeline }, asked)) {
        rules.push(...(page.ruleExecutionDetails ?? []).map(ruleFacts));
      }
      return rules;
    },
    stackEvents: (stack, at) => stackEvents(new CloudFormationClient(placeOf(at)), stack),
    async build(id, at) {
      const { builds: [build] = [] } = await new CodeBuildClient(placeOf(at)).send(
        new BatchGetBuildsCommand({ ids: [id] }),
      );
      return build && buildFacts(build);
    },
    async image(arn, at) {
      const command = new GetImageCommand({ imageBuildVersionArn: arn });
      try {
        const { image } = await new ImagebuilderClient(placeOf(at)).send(command);
        return image && { status: image.state?.status ?? '', reason: image.state?.reason };
      } catch (error) {
        // The rollback has deleted it: only the stack's events remain.
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    async activities(group, at) {
      const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, IncludeDeletedGroups: true });
      const { Activities = [] } = await new AutoScalingClient(placeOf(at)).send(command);
      return Activities.map(activityFacts);
    },
    logTail: (log, at) => logTail(new CloudWatchLogsClient(placeOf(at)), log),
    async consoleOf(instanceId, at) {
      // As large as all other clients together, and asked for last.
      const { EC2Client, GetConsoleOutputCommand } = await import('@aws-sdk/client-ec2');
      const { Output = '' } = await new EC2Client(placeOf(at)).send(
        new GetConsoleOutputCommand({ InstanceId: instanceId }),
      );
      return Buffer.from(Output, 'base64').toString('utf8').split(/\r?\n/).slice(-TAIL_LINES);
    },
  };
}

async function stackEvents(cloudFormation: CloudFormationClient, stack: string): Promise<StackEventFacts[]> {
  const events: StackEventFacts[] = [];
  for await (const page of paginateDescribeStackEvents({ client: cloudFormation }, { StackName: stack })) {
    events.push(...(page.StackEvents ?? []).map(stackEventFacts));
    if (events.length >= MOST_EVENTS) break;
  }
  return events;
}

async function logTail(logs: CloudWatchLogsClient, { group, stream }: LogPlace): Promise<string[]> {
  const logStreamName = stream ?? (await latestStream(logs, group));
  if (!logStreamName) return [];
  const command = new GetLogEventsCommand({
    logGroupName: group,
    logStreamName,
    limit: TAIL_LINES,
    startFromHead: false,
  });
  const { events = [] } = await logs.send(command);
  return events.flatMap(({ message = '' }) => message.trimEnd().split('\n'));
}

async function latestStream(logs: CloudWatchLogsClient, logGroupName: string): Promise<string | undefined> {
  const command = new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true, limit: 1 });
  return (await logs.send(command)).logStreams?.[0]?.logStreamName;
}
