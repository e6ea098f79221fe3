import {
  type CodePipelineClient,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';
import { Parameters, ParametersMistake } from './parameters';

/**
 * Event with which CodePipeline invokes a function: the members that the functions read. It also has credentials, and
 * is never logged. (A39)
 */
export interface PipelineEvent {
  readonly 'CodePipeline.job'?: {
    readonly id?: string;
    readonly data?: {
      readonly actionConfiguration?: { readonly configuration?: { readonly UserParameters?: string } };
      readonly continuationToken?: string;
      readonly inputArtifacts?: readonly {
        readonly name: string;
        readonly location: { readonly s3Location: { readonly bucketName: string; readonly objectKey: string } };
      }[];
      readonly artifactCredentials?: ArtifactCredentials;
    };
  };
}

/** With which the artifacts of a job are read, and nothing else. */
export interface ArtifactCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The place of an artifact of the execution. */
export interface Artifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
}

/** State that a job keeps from one invocation to the next: little, for it travels in the continuation token (A40). */
export type State = Readonly<Record<string, string | number>>;

/** The work is done. */
export interface Done {
  readonly outputVariables: Readonly<Record<string, string>>;
  /** Text that the console and the history show beside the action. Default: the first of the output variables. */
  readonly summary?: string;
}

/** The work is not done yet: CodePipeline shall ask again, in about 30 seconds (A41). */
export interface NotYet {
  readonly again: State;
  /** Reason for the wait. */
  readonly summary: string;
}

export interface Job {
  readonly id: string;
  /** The action's. */
  readonly parameters: Parameters;
  /** State from the invocation before: nothing in the first. */
  readonly state: State;
  /** Input artifacts of the action. */
  readonly artifacts: readonly Artifact[];
  readonly artifactCredentials: ArtifactCredentials | undefined;
}

/**
 * Does the work of one job, or a part of it. A job may be delivered more than once, also with an earlier state (A38),
 * so the work must be idempotent.
 */
export type Work = (job: Job) => Promise<Done | NotYet>;

/**
 * Does the work and reports its result to CodePipeline. Every error becomes a failure of the job with its cause. It
 * never throws, because then the action would wait 20 minutes in vain, and Lambda would retry (A38, A44).
 */
export async function answerJob(codePipeline: CodePipelineClient, event: PipelineEvent, work: Work): Promise<void> {
  const job = event['CodePipeline.job'];
  const jobId = job?.id;
  if (!jobId) {
    log('ignored', 'the event is no job of CodePipeline');
    return;
  }
  try {
    const { actionConfiguration, continuationToken, inputArtifacts = [], artifactCredentials } = job.data ?? {};
    const parameters = new Parameters(actionConfiguration?.configuration?.UserParameters);
    const artifacts = inputArtifacts.map(({ name, location: { s3Location: at } }) => ({
      name,
      bucket: at.bucketName,
      key: at.objectKey,
    }));
    const state = stateIn(continuationToken);
    const outcome = await work({ id: jobId, parameters, state, artifacts, artifactCredentials });
    await reportSuccess(codePipeline, jobId, outcome);
  } catch (error) {
    await reportFailure(codePipeline, jobId, error);
  }
}

async function reportSuccess(codePipeline: CodePipelineClient, jobId: string, outcome: Done | NotYet): Promise<void> {
  const result = 'again' in outcome ? continuation(outcome) : completion(outcome);
  try {
    await codePipeline.send(new PutJobSuccessResultCommand({ jobId, ...result }));
  } catch (error) {
    // Another delivery has reported the job. Failing it now would overwrite that result (A38).
    if (!(error instanceof Error) || !TAKEN.has(error.name)) throw error;
    log('unanswered', `job ${jobId}: ${causeOf(error)}`);
    return;
  }
  log('again' in outcome ? 'waiting' : 'succeeded', `job ${jobId}: ${result.executionDetails.summary}`);
}

const TAKEN = new Set(['InvalidJobStateException', 'JobNotFoundException']);

function completion({ outputVariables, summary }: Done) {
  const [[name, value] = ['done', '']] = Object.entries(outputVariables);
  const executionDetails = { summary: shortened(summary ?? `${name} ${value}`.trim()), percentComplete: 100 };
  return { outputVariables: { ...outputVariables }, executionDetails };
}

/** There are no output variables beside a continuation token (A40). */
function continuation({ again, summary }: NotYet) {
  return { continuationToken: JSON.stringify(again), executionDetails: { summary: shortened(summary) } };
}

/** A summary has 1 to 2048 characters (A40). */
function shortened(summary: string): string {
  return summary.slice(0, 2048) || 'done';
}

/** Only the state of an earlier invocation is valid; anything else is a bug, and fails the job. */
function stateIn(token: string | undefined): State {
  return token === undefined ? {} : (JSON.parse(token) as State);
}

async function reportFailure(codePipeline: CodePipelineClient, jobId: string, error: unknown): Promise<void> {
  const cause = causeOf(error);
  log('failed', `job ${jobId}: ${cause}`);
  const type = error instanceof ParametersMistake ? 'ConfigurationError' : 'JobFailed';
  try {
    // At most 5000 characters (A40).
    const failureDetails = { type, message: cause.slice(0, 5000) } as const;
    await codePipeline.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
  } catch (unanswered) {
    // Only the log is left: another delivery of the job may have reported it already.
    log('unanswered', `job ${jobId}: ${causeOf(unanswered)}`);
  }
}

/** `TooManyUpdates: …`, never empty. */
function causeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `Error: ${String(error)}`;
}

/** Writes one line of JSON to the function's log. */
function log(outcome: string, detail: string): void {
  process.stdout.write(`${JSON.stringify({ outcome, detail })}\n`);
}
