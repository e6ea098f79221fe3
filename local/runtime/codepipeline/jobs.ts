import type { Scope } from '../../kernel/arn';
import { type Clock, patience } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Credentials } from '../../kernel/principal';
import type { Store } from '../../kernel/store';
import type { ActionRequest } from './actions/action';
import type { Artifact } from './execution';
import { checkOutputVariables } from './variables';

/** A job that a Lambda action gave to a function, in its stored form. */
interface Job {
  readonly id: string;
  readonly status: 'InProgress' | 'Succeeded' | 'Failed';
}

export type JobResult =
  | {
      readonly type: 'success';
      readonly outputVariables: Record<string, string>;
      readonly summary?: string;
      readonly externalId?: string;
    }
  | { readonly type: 'failure'; readonly failureType: string; readonly message: string; readonly externalId?: string };

export interface JobsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Invokes a function asynchronously. Throws if the function does not exist. */
  readonly invokeAsync: (functionName: string, event: object) => void;
}

interface Running {
  readonly request: JobRequest;
  readonly settle: (result: JobResult) => void;
  cancelTimeout: () => void;
}

export interface JobRequest {
  readonly functionName: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly Artifact[];
  readonly outputs: readonly Artifact[];
  /** The action's, which the function may read and write the artifacts with. */
  readonly credentials: Credentials;
  readonly progress: ActionRequest['progress'];
}

/** A42, J2: without a reply for this long the action fails; a continuation restarts the time. */
const NO_REPLY_MS = 20 * 60_000;
/** A function may need real seconds for its work. */
const NO_REPLY_FLOOR_MS = 60_000;
/** A41, J3. */
const CONTINUATION_INTERVAL_MS = 30_000;
/** The jobs of Lambda actions: started with an invocation, ended by `PutJobSuccessResult` or `PutJobFailureResult`. */
export class Jobs {
  private readonly running = new Map<string, Running>();

  constructor(private readonly options: JobsOptions) {}

  private get jobs() {
    return this.options.store.collection<Job>('codepipeline.jobs');
  }

  /** Resolves with the result that the function reports, or with a failure if it never does. */
  run(request: JobRequest): Promise<JobResult> {
    const id = this.options.ids.uuid();
    this.jobs.put(id, { id, status: 'InProgress' });
    return new Promise((resolve) => {
      const settle = (result: JobResult) => {
        this.running.get(id)?.cancelTimeout();
        this.running.delete(id);
        this.jobs.put(id, { id, status: result.type === 'success' ? 'Succeeded' : 'Failed' });
        resolve(result);
      };
      this.running.set(id, { request, settle, cancelTimeout: () => {} });
      this.invoke(id);
    });
  }

  /** `PutJobSuccessResult`: the end of the job, or, with a continuation token, a request to be called again. */
  succeed(
    jobId: string,
    result: {
      outputVariables?: Record<string, string>;
      continuationToken?: string;
      summary?: string;
      externalId?: string;
      percentComplete?: number;
    },
  ): void {
    const running = this.expect(jobId);
    const { outputVariables = {}, continuationToken, summary, externalId, percentComplete } = result;
    if (continuationToken !== undefined) {
      if (Object.keys(outputVariables).length > 0) {
        throw new AwsError(
          'ValidationException',
          'Output variables cannot be given together with a continuation token.',
        );
      }
      running.request.progress({ summary, externalId, percentComplete });
      running.cancelTimeout();
      running.cancelTimeout = this.options.clock.after(CONTINUATION_INTERVAL_MS, () =>
        this.invoke(jobId, continuationToken),
      );
      return;
    }
    checkOutputVariables(outputVariables);
    running.settle({ type: 'success', outputVariables, summary, externalId });
  }

  /** `PutJobFailureResult`. */
  fail(jobId: string, failure: { type: string; message: string; externalId?: string }): void {
    this.expect(jobId).settle({
      type: 'failure',
      failureType: failure.type,
      message: failure.message,
      externalId: failure.externalId,
    });
  }

  /** After a kill, nothing waits for running jobs, so a result for one of them is refused. */
  recover(): void {
    for (const job of this.jobs.values()) {
      if (job.status === 'InProgress') this.jobs.put(job.id, { ...job, status: 'Failed' });
    }
  }

  /** Ends the waiting; nothing is settled any more. */
  stop(): void {
    for (const running of this.running.values()) running.cancelTimeout();
    this.running.clear();
  }

  private expect(jobId: string): Running {
    const job = this.jobs.get(jobId);
    if (!job)
      throw new AwsError(
        'JobNotFoundException',
        `The job was specified in an invalid format or cannot be found: ${jobId}`,
      );
    const running = this.running.get(jobId);
    if (!running) {
      throw new AwsError(
        'InvalidJobStateException',
        `The job is in state ${job.status}; it can no longer be given a result.`,
      );
    }
    return running;
  }

  private invoke(id: string, continuationToken?: string): void {
    const running = this.running.get(id);
    if (!running) return;
    const { functionName } = running.request;
    running.cancelTimeout = patience(this.options.clock, { milliseconds: NO_REPLY_MS, floor: NO_REPLY_FLOOR_MS }, () =>
      running.settle({
        type: 'failure',
        failureType: 'JobFailed',
        message: `The AWS Lambda function ${functionName} failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.`,
      }),
    );
    try {
      this.options.invokeAsync(functionName, this.event(id, running.request, continuationToken));
    } catch (error) {
      running.settle({
        type: 'failure',
        failureType: 'ConfigurationError',
        message: `The AWS Lambda function ${functionName} could not be invoked: ${error instanceof Error ? error.message : error}`,
      });
    }
  }

  /** A39. There is no pipeline execution id in it. */
  private event(id: string, request: JobRequest, continuationToken?: string): object {
    const { FunctionName, UserParameters } = request.configuration;
    const artifact = ({ name, bucket, key }: Artifact) => ({
      name,
      revision: null,
      location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
    });
    const { accessKeyId, secretAccessKey, sessionToken } = request.credentials;
    return {
      'CodePipeline.job': {
        id,
        accountId: this.options.scope.account,
        data: {
          actionConfiguration: {
            configuration: { FunctionName, ...(UserParameters === undefined ? {} : { UserParameters }) },
          },
          inputArtifacts: request.inputs.map(artifact),
          outputArtifacts: request.outputs.map(artifact),
          artifactCredentials: { accessKeyId, secretAccessKey, sessionToken },
          ...(continuationToken === undefined ? {} : { continuationToken }),
        },
      },
    };
  }
}
