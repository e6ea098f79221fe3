import {
  CodePipelineClient,
  GetPipelineStateCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import type { Endpoint } from '../../../../local/endpoint/server';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import type { ActionResult } from '../../../../local/runtime/codepipeline/actions/action';
import { lambdaInvoke } from '../../../../local/runtime/codepipeline/actions/lambda-invoke';
import { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import { Jobs } from '../../../../local/runtime/codepipeline/jobs';
import { ruleRunners } from '../../../../local/runtime/codepipeline/rules/rule-runners';
import { room, testScope } from '../../../rig/room';
import { action, pipeline, rolesTrusting, source } from '../../runtime/codepipeline/pipelines';
import { codePipelineEndpoint } from './codepipeline-endpoint';

export const principal: Principal = {
  kind: 'user',
  account: testScope.account,
  arn: 'arn:aws:iam::000000000000:user/me',
};
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

const increment = action('Increment', {
  category: 'Invoke',
  provider: 'Lambda',
  namespace: 'Version',
  inputArtifacts: [],
  configuration: { FunctionName: 'increment', UserParameters: '{"commitId":"#{SourceVariables.CommitId}"}' },
});
/** A source, and a stage whose function the test speaks for. */
export const definition = pipeline([source], [increment]);

/** CodePipeline behind an endpoint, new for each test. */
export class Served {
  pipelines!: CodePipeline;
  client!: CodePipelineClient;
  /** The ids of the jobs that functions were invoked with. */
  invoked: string[] = [];
  private jobs!: Jobs;
  private endpoint!: Endpoint;

  async open(): Promise<void> {
    const kit = room(new SystemClock());
    this.invoked = [];
    const { invoked } = this;
    this.jobs = new Jobs({
      ...kit,
      invokeAsync: (_name, event) =>
        void invoked.push((event as { 'CodePipeline.job': { id: string } })['CodePipeline.job'].id),
    });
    const fetch = async (): Promise<ActionResult> => ({
      summary: 'Say hi',
      outputVariables: { CommitId: 'c0ffee' },
      revision: { artifact: 'Source', revisionId: 'c0ffee', summary: 'Say hi', createdAt: '2026-01-01T00:00:00.000Z' },
    });
    this.pipelines = new CodePipeline({
      ...kit,
      roles: rolesTrusting(),
      events: { publish: () => {} },
      objects: { read: () => Buffer.alloc(0), write: () => ({ versionId: 'null', eTag: '' }) },
      topics: { publish: () => 'message-1' },
      rules: ruleRunners({ ...kit, lambda: lambdaInvoke(this.jobs), alarms: { state: () => undefined } }),
      runners: { CodeCommit: fetch, Lambda: lambdaInvoke(this.jobs) },
    });
    this.pipelines.put(definition);
    const { pipelines, jobs } = this;
    this.endpoint = await codePipelineEndpoint({ kit, pipelines, jobs, principal, credentials });
    const { url } = this.endpoint;
    this.client = new CodePipelineClient({ endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.jobs.stop();
    await this.pipelines.stop();
    await this.endpoint.close();
  }

  async start(): Promise<string> {
    const { pipelineExecutionId } = await this.client.send(new StartPipelineExecutionCommand({ name: 'app' }));
    return pipelineExecutionId ?? '';
  }

  succeed(result: Omit<ConstructorParameters<typeof PutJobSuccessResultCommand>[0], 'jobId'> = {}) {
    return this.client.send(new PutJobSuccessResultCommand({ jobId: this.invoked.at(-1), ...result }));
  }

  fail(message = 'no') {
    const failureDetails = { type: 'JobFailed', message } as const;
    return this.client.send(new PutJobFailureResultCommand({ jobId: this.invoked.at(-1), failureDetails }));
  }

  /** The second stage as `GetPipelineState` shows it. */
  async stage() {
    const { stageStates } = await this.client.send(new GetPipelineStateCommand({ name: 'app' }));
    return stageStates?.[1];
  }
}
