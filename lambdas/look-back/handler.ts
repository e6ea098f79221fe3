import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient, GetPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { type ClientPlace, placeOf } from '../another-place';
import { groupsOf } from '../fleet-group';
import { fleetHealth } from '../fleet-health';
import { changedAt, imageVersionOf } from '../fleet-stack';
import { APPLICATION, EXECUTION_ID, type Form, type Parameters, STACK_NAME, VERSION } from '../parameters';
import { answerJob, type Done, type PipelineEvent } from '../pipeline-job';
import { type Earlier, lookBack, NotGoodBefore } from './look-back';

const codePipeline = new CodePipelineClient({});

const ENVIRONMENT: Form = { pattern: /^[a-z][a-z0-9-]*$/, form: 'the name of an environment' };
const HOUR_MS = 3_600_000;

/**
 * Rule that decides if a stage is entered: the `version` of this execution still serves in the `environment` with the
 * `stack` in which it served before, and its servers stay healthy. Further parameters: `application`, the pipeline's
 * name, and `executionId`: an execution that rolls a stage back always passes. See `placeOf` for an environment
 * elsewhere.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job): Promise<Done> => {
    const { parameters } = job;
    const version = parameters.text('version', VERSION);
    if (await rollsBack(parameters)) return { outputVariables: {}, summary: 'a rollback asks no other environment' };
    return { outputVariables: {}, summary: lookBack(version, await earlier(parameters, placeOf(job))) };
  });
}

/** A21: the execution of a rollback has its own type. */
async function rollsBack(parameters: Parameters): Promise<boolean> {
  const { pipelineExecution } = await codePipeline.send(
    new GetPipelineExecutionCommand({
      pipelineName: parameters.text('application', APPLICATION),
      pipelineExecutionId: parameters.text('executionId', EXECUTION_ID),
    }),
  );
  return pipelineExecution?.executionType === 'ROLLBACK';
}

async function earlier(parameters: Parameters, place: ClientPlace): Promise<Earlier> {
  const environment = parameters.text('environment', ENVIRONMENT);
  const StackName = parameters.text('stack', STACK_NAME);
  const { Stacks: [stack] = [] } = await new CloudFormationClient(place).send(new DescribeStacksCommand({ StackName }));
  const version = imageVersionOf(stack);
  if (!stack || !version) throw new NotGoodBefore(`the stack ${StackName} of ${environment} has no image version`);
  const autoScaling = new AutoScalingClient(place);
  const [group] = await groupsOf(autoScaling, StackName);
  if (!group) throw new NotGoodBefore(`the stack ${StackName} of ${environment} has no Auto Scaling group`);
  const now = new Date();
  const { Instances: instances = [] } = group;
  return {
    environment,
    version,
    health: await fleetHealth(
      { autoScaling, cloudWatch: new CloudWatchClient(place) },
      {
        group,
        stack: StackName,
        version,
        now,
        application: parameters.text('application', APPLICATION),
        since: new Date(Math.max(changedAt(stack).getTime(), now.getTime() - HOUR_MS)),
      },
    ),
    unhealthy: instances.flatMap(({ InstanceId, HealthStatus, LifecycleState }) =>
      InstanceId && LifecycleState === 'InService' && HealthStatus?.toLowerCase() === 'unhealthy' ? [InstanceId] : [],
    ),
  };
}
