import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type ClientPlace, roleIn } from '../another-place';
import { awsEvidence } from './aws-evidence';
import { type Explanation, explain, type NoFailure } from './cause';
import type { ActionPlace } from './evidence';
import { historyOf } from './found';
import { lineOf, subjectOf } from './message';

/** Event of EventBridge about a failed execution of a pipeline: the members that are read here (A33). */
export interface FailureEvent {
  readonly 'detail-type'?: string;
  readonly detail?: {
    readonly pipeline?: string;
    readonly 'execution-id'?: string;
    readonly state?: string;
    readonly 'pipeline-execution-attempt'?: number;
  };
}

const codePipeline = new CodePipelineClient({});
const sns = new SNSClient({});

/** Events that were announced already: an event may arrive more than once (A33), usually at the same function. */
const announced = new Set<string>();

/**
 * Publishes to the topic `TOPIC` why an execution of a pipeline failed. `LOOK_ROLES` is a JSON object: for the role of
 * an action in another account or region, the role with which to read there.
 */
export async function handler(event: FailureEvent): Promise<void> {
  const { pipeline, state, 'execution-id': executionId, 'pipeline-execution-attempt': attempt } = event.detail ?? {};
  if (event['detail-type'] !== 'CodePipeline Pipeline Execution State Change' || state !== 'FAILED') return;
  if (!pipeline || !executionId) return;
  // An execution that fails again after a retry has a new cause.
  const failure = `${executionId}/${attempt ?? 1}`;
  if (announced.has(failure)) return;
  const explanation = await explanationOf(pipeline, executionId);
  // Retried meanwhile: a further failure has its own event.
  if (!('stage' in explanation)) return;
  const Message = lineOf(explanation);
  await sns.send(
    new PublishCommand({
      TopicArn: process.env['TOPIC'],
      Subject: subjectOf(pipeline, explanation),
      Message,
      MessageAttributes: { pipelineExecutionId: { DataType: 'String', StringValue: executionId } },
    }),
  );
  announced.add(failure);
  process.stdout.write(`${JSON.stringify({ outcome: 'announced', executionId, detail: Message })}\n`);
}

/** Announces a failed execution even if its cause cannot be found. */
async function explanationOf(pipeline: string, executionId: string): Promise<Explanation | NoFailure> {
  const placeOf = (at: ActionPlace) => lookingAt(at, executionId);
  try {
    return await explain(awsEvidence({ codePipeline, pipeline, executionId, placeOf }), pipeline);
  } catch (error) {
    const cause = `it failed, and why could not be found: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
    return { stage: '-', action: '-', resource: pipeline, cause, log: historyOf(pipeline), unread: [] };
  }
}

function lookingAt({ region, roleArn: actionRole = '' }: ActionPlace, session: string): ClientPlace {
  const roles = JSON.parse(process.env['LOOK_ROLES'] || '{}') as Readonly<Record<string, string>>;
  return roleIn({ region, roleArn: roles[actionRole], session });
}
