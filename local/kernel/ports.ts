/**
 * Interfaces between rooms, which `compose.ts` joins. Rooms under `runtime/` never import each other: each takes the
 * ports it needs in its constructor.
 */
import type { Credentials, Principal } from './principal';

/** S3, as the other services use it. Errors are S3's (`NoSuchKey`, `NoSuchBucket`). */
export interface Objects {
  read(bucket: string, key: string, versionId?: string): Buffer;
  /** Returns the object's version id (`null` in a bucket without versioning) and ETag. */
  write(bucket: string, key: string, body: Uint8Array): { versionId: string; eTag: string };
}

/** CloudWatch Logs, for the services that write to it. Creates missing groups and streams. */
export interface Logs {
  write(group: string, stream: string, messages: string[]): void;
}

/** STS, for the services that pass roles to their workloads. */
export interface Roles {
  /**
   * Returns temporary credentials of a role. Throws `AccessDenied` if the role does not exist or does not trust
   * `service`.
   */
  assume(roleArn: string, sessionName: string, service: string): Credentials;
  /** The role inside an instance profile (name or ARN), or undefined. */
  roleOfInstanceProfile(nameOrArn: string): string | undefined;
}

/** SSM parameters, as CloudFormation, CodeBuild and Image Builder read them. */
export interface Parameters {
  value(name: string): string | undefined;
  /** With its type (`String`, `StringList`). `name:3` is the third version. */
  find?(name: string): { value: string; type: string } | undefined;
}

/**
 * Address and credentials of the endpoint for a local process: `AWS_ENDPOINT_URL`, region, and nothing of the caller's.
 */
export interface EndpointAccess {
  readonly url: string;
  readonly port: number;
  readonly region: string;
  /**
   * Returns the complete environment of a child process: PATH, LANG, HOME and the endpoint, with `credentials` if
   * given. AWS config files are replaced by empty ones and the metadata service is disabled, so that nothing reaches
   * AWS by accident.
   */
  environment(credentials?: Credentials): Record<string, string>;
}

/** Operations of CloudFormation for CodePipeline's action (and for a person's own deployments). */
export interface Stacks {
  describe(stackName: string): StackSummary | undefined;
  /** Resolves when the operation has ended, successfully or not. Rejects, with AWS's message, an invalid request. */
  create(request: StackRequest): Promise<StackSummary>;
  /** As `create`. An update without changes is refused: `ValidationError: No updates are to be performed.` */
  update(request: StackRequest): Promise<StackSummary>;
  delete(stackName: string, principal: Principal): Promise<void>;
  /** Resolves when the change set is CREATE_COMPLETE or FAILED. */
  createChangeSet(request: StackRequest & { changeSetName: string }): Promise<ChangeSetSummary>;
  executeChangeSet(stackName: string, changeSetName: string, principal: Principal): Promise<StackSummary>;
  deleteChangeSet(stackName: string, changeSetName: string): void;
  /** The first `*_FAILED` resource event of the stack's last operation, in one line: `LogicalId: reason`. */
  firstFailure(stackName: string): string | undefined;
}

export interface StackRequest {
  readonly stackName: string;
  readonly templateBody: string;
  /** `previous: true` keeps the value the stack has. */
  readonly parameters?: readonly { key: string; value?: string; previous?: boolean }[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  /** The service role; a stack keeps it for later operations (E7). */
  readonly roleArn?: string;
  readonly principal: Principal;
}

export interface StackSummary {
  readonly stackId: string;
  readonly stackName: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface ChangeSetSummary {
  readonly id: string;
  readonly status: string;
  readonly executionStatus: string;
  readonly statusReason?: string;
  /** Number of resource changes that it plans. */
  readonly changes: number;
}

/** EventBridge, as the services publish to it. `time`, `id`, `account` and `region` are added. */
export interface EventPublisher {
  publish(event: { source: string; detailType: string; resources: string[]; detail: object }): void;
}

/** SNS, as the other services publish to it. */
export interface Topics {
  /**
   * Returns the message's id. Throws SNS's error (`NotFound`, `InvalidParameter`) for a missing topic or an invalid
   * message. Attributes are of type `String`.
   */
  publish(
    topicArn: string,
    message: { subject?: string; message: string; attributes?: Readonly<Record<string, string>> },
  ): string;
}

/** ACM, as services use it that speak TLS in the name of its certificates. */
export interface Certificates {
  /** Returns the certificate and its key; undefined if the account has no such certificate. */
  find(certificateArn: string): Promise<TlsIdentity | undefined>;
}

/** PEM text. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** CloudWatch's alarms, as pipelines and deployments look at them. */
export interface Alarms {
  /** By name or ARN; undefined for one that does not exist. */
  state(nameOrArn: string): AlarmState | undefined;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One metric of CloudWatch: a name in a namespace, with exactly these dimensions. */
export interface MetricId {
  /** `AWS/ApplicationELB`. */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** CloudWatch's metrics, as the other services report to them and read them. */
export interface Metrics {
  /** Adds values to the minute of `at` (default: now): each once, or as often as `counts` says at its index. */
  put(
    metric: MetricId,
    sample: { values: readonly number[]; counts?: readonly number[]; unit?: string; at?: Date },
  ): void;
  /**
   * A statistic (`Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99`) of each of the last `count` periods that
   * are complete, oldest first; undefined for one without data. A period passes as fast as the clock's waits do.
   */
  recent(metric: MetricId, query: { periodSeconds: number; statistic: string; count: number }): (number | undefined)[];
}
