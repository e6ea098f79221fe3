import type { StackRequest, StackSummary } from '../../kernel/ports';
import type { Principal } from '../../kernel/principal';
import type { OnFailure } from '../state/stack';

/** A create or update request, with members of CloudFormation's own callers. */
export interface OperationRequest extends StackRequest {
  /** The same token on the same operation is the same request: it is not done twice. */
  readonly clientRequestToken?: string;
  /** Default: ROLLBACK. */
  readonly onFailure?: OnFailure;
  readonly notificationArns?: readonly string[];
  readonly terminationProtection?: boolean;
  /** Form of the template body: inline bodies may have 51,200 bytes (E26). */
  readonly templateSource?: 'inline' | 's3';
}

export interface ChangeSetRequest extends OperationRequest {
  readonly changeSetName: string;
  /** Default: CREATE for a missing stack or one in review, else UPDATE. */
  readonly changeSetType?: 'CREATE' | 'UPDATE';
  readonly description?: string;
}

/** Caller of an operation that has no other input. */
export interface Asked {
  readonly principal: Principal;
  readonly clientRequestToken?: string;
  readonly roleArn?: string;
}

/** An operation that was accepted. */
export interface Started {
  readonly stackId: string;
  /** Resolves when it has ended, well or badly. */
  readonly done: Promise<StackSummary>;
}
