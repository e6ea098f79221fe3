import type { Scope } from '../../../kernel/arn';
import type { Credentials, Principal } from '../../../kernel/principal';
import type { ActionDefinition } from '../definition';
import type { ActionRun, Approval, Artifact, Revision } from '../execution';

/** One action about to run: its configuration is resolved, and its output artifacts have their places. */
export interface ActionRequest {
  readonly pipeline: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: ActionDefinition;
  /** The account of the role that it runs as, and its region. */
  readonly scope: Scope;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly Artifact[];
  readonly outputs: readonly Artifact[];
  /** Revisions of the source actions, for `CODEBUILD_RESOLVED_SOURCE_VERSION`. */
  readonly revisions: readonly Revision[];
  readonly overrides: readonly { action: string; type: string; value: string }[];
  /** The action's own role, or the pipeline's. */
  readonly principal: Principal;
  /** Credentials of the role. */
  readonly credentials: Credentials;
  /** Shows progress while the action still runs. */
  progress(change: Pick<ActionRun, 'summary' | 'externalId' | 'percentComplete' | 'approval'>): void;
  /** Signal that ends a rule: aborted when its result is no longer needed. */
  readonly signal?: AbortSignal;
  /** Approval that was waiting before a restart of the runtime: it is not requested again. */
  readonly approval?: Approval;
}

export interface ActionResult {
  readonly summary?: string;
  readonly externalId?: string;
  /** Person who ended the action. */
  readonly updatedBy?: string;
  /** Published under the action's namespace, if it has one (A24). */
  readonly outputVariables?: Readonly<Record<string, string>>;
  readonly revision?: Omit<Revision, 'action'>;
}

/** Runs one kind of action to its end. Rejects with `ActionFailed` (or with a service's refusal) to fail it. */
export type ActionRunner = (request: ActionRequest) => Promise<ActionResult>;

/** A failed action, with the details that CodePipeline shows. */
export class ActionFailed extends Error {
  constructor(
    /** `JobFailed`, `ConfigurationError`, `PermissionError` … */
    readonly code: string,
    message: string,
    /** Known parts of the action run. */
    readonly shown: Pick<ActionRun, 'externalId' | 'summary' | 'updatedBy'> = {},
  ) {
    super(message);
    this.name = 'ActionFailed';
  }
}
