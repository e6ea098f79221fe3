import type { Principal } from '../../kernel/principal';
import type { PlannedChange } from '../../template/change';
import type { Output } from '../../template/outputs';
import type { Json, ResolvedParameter, ResourceDefinition } from '../../template/template';
import type { DeploymentId, OnFailure, StackState } from './stack';

/** One stack, in its stored form. */
export interface StackRecord {
  readonly stackId: string;
  readonly stackName: string;
  readonly state: StackState;
  readonly statusReason?: string;
  /** ISO 8601, as all moments here. */
  readonly createdAt: string;
  readonly updatedAt?: string;
  readonly deletedAt?: string;
  /** Kept for all later operations, by whomever (E7). */
  readonly roleArn?: string;
  readonly terminationProtection: boolean;
  readonly operation: OperationRecord;
}

/** The running or last operation. */
export interface OperationRecord {
  readonly kind: 'review' | 'create' | 'update' | 'rollback' | 'delete';
  /** Principal of the operation, in the form that a restart needs. */
  readonly principal: Principal;
  readonly clientRequestToken?: string;
  /** Number of the stack's earlier events. */
  readonly eventsBefore: number;
  /** The change set it executes. */
  readonly changeSetId?: string;
}

/** All that one create or update asked for, and, once it stands, its outputs. Never changed afterwards. */
export interface Deployment {
  readonly id: DeploymentId;
  readonly templateText: string;
  /** The template's own. */
  readonly description?: string;
  readonly parameters: readonly ResolvedParameter[];
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly outputs: readonly Output[];
  /** The exports of other stacks that it uses (E28). */
  readonly imports: readonly string[];
}

/** A resource that a provider created, or is creating. */
export interface Physical {
  readonly physicalId: string;
  /** Unresolved, from the template. */
  readonly definition: ResourceDefinition;
  /** Resolved, as the provider got them. */
  readonly properties: Readonly<Record<string, Json>>;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly stackTags: Readonly<Record<string, string>>;
  /** False until its creation has succeeded. */
  readonly complete: boolean;
}

/** Work of a rollback of the running update on one resource. */
export type Undo =
  | { readonly kind: 'created' }
  | { readonly kind: 'updated'; readonly before: Physical }
  | {
      readonly kind: 'replaced';
      readonly before: Physical;
      /** Physical resource that an earlier, failed update had already made of `before` in place. */
      readonly altered?: Physical;
    };

/** A resource that leaves the stack in the clean-up. */
export interface PendingDeletion extends Physical {
  /** A policy keeps it in existence: it leaves the stack only. */
  readonly retain: boolean;
}

export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  /** `CREATE_COMPLETE`, `UPDATE_FAILED` … */
  readonly status: string;
  readonly statusReason?: string;
  readonly updatedAt: string;
  /** Physical resource that `Ref` points at. */
  readonly live?: Physical;
  /** Present from the moment an update touches the resource until that update, or its rollback, stands. */
  readonly undo?: Undo;
  readonly doomed: readonly PendingDeletion[];
  /** Logical ids that had to exist before it. */
  readonly dependsOn: readonly string[];
}

export interface ChangeSetRecord {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly description?: string;
  readonly clientToken?: string;
  readonly createdAt: string;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly executionStatus:
    | 'UNAVAILABLE'
    | 'AVAILABLE'
    | 'EXECUTE_IN_PROGRESS'
    | 'EXECUTE_COMPLETE'
    | 'EXECUTE_FAILED'
    | 'OBSOLETE';
  readonly statusReason?: string;
  readonly deployment: Deployment;
  readonly roleArn?: string;
  readonly onFailure: OnFailure;
  readonly changes: readonly PlannedChange[];
}

export interface StackEvent {
  readonly eventId: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** Empty until it is known. */
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
  readonly at: string;
  readonly clientRequestToken?: string;
  /** The resource's properties as JSON text, secrets masked. */
  readonly properties?: string;
}

export interface ExportRecord {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
  readonly stackName: string;
}
