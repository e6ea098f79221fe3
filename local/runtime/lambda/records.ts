/** A function, in its stored form. Dates are ISO strings. */
export interface FunctionRecord {
  readonly functionName: string;
  readonly description?: string;
  /** ARN of the execution role. */
  readonly role: string;
  readonly runtime: string;
  /** `file.export`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly architectures: readonly string[];
  readonly logGroup: string;
  /** At most so many invocations at a time; undefined for no limit of the function's own. */
  readonly reservedConcurrency?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly code: FunctionCode;
  /** Changes with every update: workers of an older one are not reused. */
  readonly revisionId: string;
  readonly lastModified: string;
}

export interface FunctionCode {
  /** Base64, of the archive. */
  readonly sha256: string;
  /** Bytes of the archive. */
  readonly size: number;
  /** Name of the directory that it is unpacked in. */
  readonly directory: string;
}

/** Settings of `AWS::Lambda::EventInvokeConfig` for asynchronous invocations (A38). */
export interface EventInvokeConfig {
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeInSeconds?: number;
}

/** An event that was accepted and is not done with. */
export interface QueuedEvent {
  readonly id: string;
  readonly functionName: string;
  /** JSON. */
  readonly payload: string;
  /** Number of its failures. */
  readonly failures: number;
  readonly acceptedAt: string;
}
