import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import type { Clients } from '../../console/clients';
import type { Endpoint } from '../../local/endpoint/server';
import { SystemClock } from '../../local/kernel/clock';
import type { ActionRequest, ActionResult } from '../../local/runtime/codepipeline/actions/action';
import { ActionFailed } from '../../local/runtime/codepipeline/actions/action';
import { CodePipeline } from '../../local/runtime/codepipeline/code-pipeline';
import type { PipelineDefinition } from '../../local/runtime/codepipeline/definition';
import { Jobs } from '../../local/runtime/codepipeline/jobs';
import { codePipelineEndpoint } from '../local/endpoint/operations/codepipeline-endpoint';
import { action, approval, pipeline, rolesTrusting, source } from '../local/runtime/codepipeline/pipelines';
import { room, testScope } from '../rig/room';
import { refusal } from './commands-rig';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/ops/jane' } as const;

/** A pipeline of the product's shape for the commands: it deploys an image's version to `dev`. */
export function deliveryPipeline(): PipelineDefinition {
  const invoke = { category: 'Invoke', provider: 'Lambda', inputArtifacts: [] };
  const version = action('Increment', {
    ...invoke,
    namespace: 'Version',
    configuration: { FunctionName: 'increment' },
  });
  const CustomData = 'Version #{Version.ImageVersion} of commit #{Version.CommitId}\nIt replaces nothing.';
  const roll = action('Roll', {
    category: 'Deploy',
    provider: 'CloudFormation',
    configuration: {
      ActionMode: 'CREATE_UPDATE',
      StackName: 'app-dev-fleet',
      TemplatePath: 'Source::fleet.json',
      RoleArn: 'arn:aws:iam::000000000000:role/deployment',
      ParameterOverrides: JSON.stringify({
        ImageId: 'ami-#{Version.ImageVersion}',
        ImageVersion: '#{Version.ImageVersion}',
        CommitId: '#{Version.CommitId}',
        CommitSubject: '#{Version.CommitSubject}',
      }),
    },
  });
  const { stages, ...rest } = pipeline([source], [version], [approval({ configuration: { CustomData } })], [roll]);
  const names = ['Source', 'Version', 'approve-dev', 'dev'];
  return { ...rest, stages: stages.map((stage, index) => ({ ...stage, name: names[index] ?? '' })) };
}

const commit = (count: number) => count.toString(16).padStart(8, '0').repeat(5);

/** CodePipeline behind an endpoint, with that pipeline; each roll ends as the test says. */
export class ServedPipeline {
  clients!: Clients;
  pipelines!: CodePipeline;
  /** Results of the next rolls: with this cause, or well. */
  readonly failures: string[] = [];
  /** The minutes after the last roll in which servers of `dev` were replaced as unhealthy; undefined: not to be read. */
  replaced: number[] | undefined;
  /** The ends of the service since then. */
  ended = 0;
  /** The servers of `dev`. */
  instances: { InstanceId: string; LifecycleState: string }[] = [];
  private count = 0;
  private jobs!: Jobs;
  private endpoint!: Endpoint;
  private client!: CodePipelineClient;

  async open(definition = deliveryPipeline()): Promise<void> {
    const kit = room(new SystemClock());
    this.count = 0;
    this.jobs = new Jobs({ ...kit, invokeAsync: () => {} });
    this.pipelines = new CodePipeline({
      ...kit,
      roles: rolesTrusting(),
      events: { publish: () => {} },
      rules: {},
      topics: { publish: () => 'message-1' },
      objects: { read: () => Buffer.alloc(0), write: () => ({ versionId: 'null', eTag: '' }) },
      runners: {
        CodeCommit: async (request) => this.fetch(request),
        Lambda: async () => this.increment(),
        CloudFormation: async () => this.roll(),
      },
    });
    this.pipelines.put(definition);
    const { pipelines, jobs } = this;
    this.endpoint = await codePipelineEndpoint({ kit, pipelines, jobs, principal, credentials });
    const { url: endpoint } = this.endpoint;
    this.client = new CodePipelineClient({ endpoint, region: testScope.region, credentials, maxAttempts: 1 });
    this.clients = {
      codePipeline: this.client,
      cloudFormation: this.fleet,
      cloudWatch: this.fleet,
      autoScaling: Object.assign(new AutoScalingClient({ region: testScope.region }), this.fleet),
    } as never;
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.jobs.stop();
    await this.pipelines.stop();
    await this.endpoint.close();
  }

  /** CloudFormation, CloudWatch and Auto Scaling, for the health of the fleet. */
  private readonly fleet = {
    send: async ({ constructor: { name } }: object): Promise<object> => {
      if (!this.replaced) throw refusal('AccessDenied');
      const rolled = Date.UTC(2026, 0, 1, 12);
      const Parameters = [{ ParameterKey: 'ImageVersion', ParameterValue: `1.0.${this.count}` }];
      switch (name) {
        case 'DescribeStacksCommand':
          return {
            Stacks: [
              {
                Parameters,
                StackStatus: 'UPDATE_COMPLETE',
                LastUpdatedTime: new Date(rolled),
                Outputs: [{ OutputKey: 'Url', OutputValue: 'http://dev.example' }],
              },
            ],
          };
        case 'GetMetricStatisticsCommand':
          return { Datapoints: [{ Timestamp: new Date(rolled), Sum: this.ended }] };
        case 'DescribeAutoScalingGroupsCommand':
          return { AutoScalingGroups: [{ AutoScalingGroupName: 'g', DesiredCapacity: 2, Instances: this.instances }] };
        default:
          return {
            Activities: this.replaced.map((minute) => ({
              Description: `Terminating EC2 instance: i-0000000${minute}`,
              Cause: 'an instance was taken out of service in response to an ELB system health check failure.',
              StartTime: new Date(rolled + minute * 60_000),
            })),
          };
      }
    },
  };

  private fetch({ overrides }: ActionRequest): ActionResult {
    const commitId = overrides[0]?.value ?? commit(++this.count);
    const revision = {
      artifact: 'Source',
      revisionId: commitId,
      summary: 'subject',
      createdAt: '2026-01-01T00:00:00Z',
    };
    return { outputVariables: { CommitId: commitId }, revision };
  }

  private increment(): ActionResult {
    const CommitId = commit(this.count);
    return { outputVariables: { ImageVersion: `1.0.${this.count}`, CommitId, CommitSubject: `Change ${this.count}` } };
  }

  private roll(): ActionResult {
    const cause = this.failures.shift();
    if (cause) throw new ActionFailed('JobFailed', cause);
    return { summary: 'UPDATE_COMPLETE' };
  }
}
