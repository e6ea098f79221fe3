/** A project, in its stored form. Dates are ISO strings. */
export interface Project {
  readonly name: string;
  readonly description?: string;
  readonly serviceRole: string;
  readonly source: {
    readonly type: 'CODEPIPELINE' | 'NO_SOURCE';
    /** A path in the source, the text of a buildspec, or the ARN of an object in S3; `buildspec.yml` by default. */
    readonly buildspec?: string;
  };
  readonly artifacts: { readonly type: 'CODEPIPELINE' | 'NO_ARTIFACTS' };
  readonly environment: {
    readonly type: string;
    readonly image: string;
    readonly computeType: string;
    readonly variables: readonly EnvironmentVariable[];
  };
  readonly cache: { readonly type: 'NO_CACHE' | 'LOCAL'; readonly modes: readonly string[] };
  readonly timeoutInMinutes: number;
  readonly queuedTimeoutInMinutes: number;
  readonly logs: { readonly enabled: boolean; readonly group: string; readonly streamPrefix?: string };
  readonly encryptionKey?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly created: string;
  readonly lastModified: string;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  readonly type: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

export type BuildStatus = 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'IN_PROGRESS' | 'STOPPED';

/** In their order (B1). */
const PHASES = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
  'UPLOAD_ARTIFACTS',
  'FINALIZING',
  'COMPLETED',
] as const;

export type PhaseType = (typeof PHASES)[number];

export interface PhaseRecord {
  readonly phaseType: PhaseType;
  readonly phaseStatus?: Exclude<BuildStatus, 'IN_PROGRESS'>;
  readonly startTime: string;
  readonly endTime?: string;
  readonly context?: { readonly statusCode: string; readonly message: string };
}

/** A build, in its stored form. Dates are ISO strings. */
export interface Build {
  /** `PROJECT:UUID`. */
  readonly id: string;
  readonly projectName: string;
  readonly buildNumber: number;
  readonly status: BuildStatus;
  readonly currentPhase: PhaseType;
  readonly startTime: string;
  readonly endTime?: string;
  readonly initiator: string;
  readonly sourceVersion: string;
  readonly resolvedSourceVersion: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly phases: readonly PhaseRecord[];
  readonly exportedVariables: Readonly<Record<string, string>>;
  readonly failure?: BuildFailureRecord;
}

/** Why a build did not succeed: the first phase that failed. */
export interface BuildFailureRecord {
  readonly phase: string;
  readonly command?: string;
  readonly exitCode?: number;
  readonly message: string;
  /** The last lines of the command's output, at most 20. */
  readonly lastLines: string[];
}
