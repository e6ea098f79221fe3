import {
  type CodePipelineClient,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';

/** What CodePipeline invokes a function with, as far as it is read here. It also holds credentials: it is never logged. (A39) */
export interface PipelineEvent {
  readonly 'CodePipeline.job'?: {
    readonly id?: string;
    readonly data?: {
      readonly actionConfiguration?: { readonly configuration?: { readonly UserParameters?: string } };
    };
  };
}

/** The action's `UserParameters` are not as the function needs them: a mistake in the pipeline, not of this run. */
export class ParametersMistake extends Error {
  override readonly name = 'ParametersMistake';
}

/** Does the work of one job: from the action's parameters to its output variables. */
export type Work = (parameters: Parameters) => Promise<Readonly<Record<string, string>>>;

/**
 * Does the work and tells CodePipeline how it went. Whatever fails becomes a failure of the job that names its cause; it
 * never throws, because then the action would wait in vain for 20 minutes, and Lambda would begin again (A38, A44).
 */
export async function answerJob(codePipeline: CodePipelineClient, event: PipelineEvent, work: Work): Promise<void> {
  const job = event['CodePipeline.job'];
  const jobId = job?.id;
  if (!jobId) {
    log('ignored', 'the event is no job of CodePipeline');
    return;
  }
  try {
    const parameters = new Parameters(job.data?.actionConfiguration?.configuration?.UserParameters);
    const outputVariables = await work(parameters);
    const executionDetails = { summary: summaryOf(outputVariables), percentComplete: 100 };
    const result = { jobId, outputVariables: { ...outputVariables }, executionDetails };
    await codePipeline.send(new PutJobSuccessResultCommand(result));
    log('succeeded', `job ${jobId}`);
  } catch (error) {
    await reportFailure(codePipeline, jobId, error);
  }
}

/** What the console and the history of the pipeline show beside the action: the first of its results. */
function summaryOf(outputVariables: Readonly<Record<string, string>>): string {
  const [[name, value] = ['done', '']] = Object.entries(outputVariables);
  return `${name} ${value}`.trim();
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
    // Nobody is left to tell but the log: another delivery of the job may have answered it already.
    log('unanswered', `job ${jobId}: ${causeOf(unanswered)}`);
  }
}

/** `UserParameters`: a JSON object, of which each function takes what it needs. */
export class Parameters {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(text: string | undefined) {
    const values = parse(text ?? '');
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new ParametersMistake('UserParameters is not a JSON object');
    }
    this.values = values as Readonly<Record<string, unknown>>;
  }

  /** A text of this form, which `form` says in words. */
  text(name: string, { pattern, form }: { pattern: RegExp; form: string }): string {
    const value = this.values[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new ParametersMistake(`UserParameters.${name} is not ${form}`);
  }

  /** A whole number, 1 or more. */
  count(name: string): number {
    const value = this.values[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    throw new ParametersMistake(`UserParameters.${name} is not a whole number above 0`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `TooManyUpdates: …`, never empty. */
function causeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `Error: ${String(error)}`;
}

/** One line of JSON in the function's log. */
function log(outcome: string, detail: string): void {
  process.stdout.write(`${JSON.stringify({ outcome, detail })}\n`);
}
