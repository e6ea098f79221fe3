import type { Artifact } from '../execution';
import { ActionFailed, type ActionRunner } from './action';

/** CodeBuild, as the build action uses it. */
export interface Builds {
  start(request: BuildRequest): Promise<{ buildId: string; done: Promise<BuildResult> }>;
}

export interface BuildRequest {
  readonly projectName: string;
  /** The primary source first. */
  readonly sources: readonly Artifact[];
  readonly artifacts: readonly Artifact[];
  readonly environment: readonly EnvironmentVariable[];
  /** `arn:aws:s3:::bucket/key` (B11). */
  readonly sourceVersion: string;
  readonly resolvedSourceVersion: string;
  /** `codepipeline/NAME`. */
  readonly initiator: string;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  readonly type: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

export interface BuildResult {
  readonly status: string;
  readonly exportedVariables: Readonly<Record<string, string>>;
  readonly failure?: { phase: string; command?: string; exitCode?: number; message: string; lastLines: string[] };
}

/** Runs a build over the input artifacts; its exported variables become the action's. */
export function codeBuild(builds: Builds, partition: string): ActionRunner {
  return async ({ pipeline, configuration, inputs, outputs, revisions, progress }) => {
    const sources = primaryFirst(inputs, configuration['PrimarySource']);
    const [primary] = sources;
    const { buildId, done } = await builds.start({
      projectName: configuration['ProjectName'] ?? '',
      sources,
      artifacts: outputs,
      environment: environmentVariables(configuration['EnvironmentVariables']),
      sourceVersion: `arn:${partition}:s3:::${primary?.bucket}/${primary?.key}`,
      resolvedSourceVersion: revisions.find((revision) => revision.artifact === primary?.name)?.revisionId ?? '',
      initiator: `codepipeline/${pipeline}`,
    });
    progress({ externalId: buildId });
    const result = await done;
    if (result.status === 'SUCCEEDED') return { externalId: buildId, outputVariables: result.exportedVariables };
    throw new ActionFailed('JobFailed', explain(result), { externalId: buildId });
  };
}

function explain({ status, failure }: BuildResult): string {
  if (!failure) return `Build terminated with state: ${status}`;
  const where = `Build terminated with state: ${status}. Phase: ${failure.phase}`;
  if (!failure.command) return `${where}, Message: ${failure.message}`;
  // CodeBuild's message for a failed command; the local runtime appends the last lines of its output.
  const what = `Error while executing command: ${failure.command}. Reason: exit status ${failure.exitCode ?? 'unknown'}`;
  return [`${where}, Code: COMMAND_EXECUTION_ERROR, Message: ${what}`, ...failure.lastLines].join('\n');
}

/** B9: with several inputs the configuration must name the primary one. */
function primaryFirst(inputs: readonly Artifact[], primary: string | undefined): readonly Artifact[] {
  if (inputs.length === 1) return inputs;
  const found = inputs.find((input) => input.name === primary);
  if (!found) {
    throw new ActionFailed(
      'ConfigurationError',
      'PrimarySource must name one of the input artifacts when there are several.',
    );
  }
  return [found, ...inputs.filter((input) => input !== found)];
}

/** A27: CodePipeline's message for a value that broke the JSON. */
function environmentVariables(text: string | undefined): EnvironmentVariable[] {
  if (text === undefined) return [];
  try {
    const parsed = JSON.parse(text) as { name: string; value: string; type?: EnvironmentVariable['type'] }[];
    return parsed.map(({ name, value, type = 'PLAINTEXT' }) => {
      if (typeof name !== 'string' || typeof value !== 'string') throw new TypeError('name and value must be strings');
      return { name, value, type };
    });
  } catch {
    throw new ActionFailed(
      'ConfigurationError',
      "EnvironmentVariables specified in the action config doesn't match the expected format. It should be a JSON array of objects with name, value and type.",
    );
  }
}
