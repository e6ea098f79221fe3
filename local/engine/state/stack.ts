import { unreachable } from '../../kernel/failure';

/** Names a stored `Deployment`. */
export type DeploymentId = string;

/** Treatment of an operation after a resource failed (E4). `DELETE` is for creations only. */
export type OnFailure = 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';

/** State of a stack that has no resources yet: a change set waits to be executed. */
export interface InReview {
  readonly id: 'REVIEW_IN_PROGRESS';
}

export interface Creating {
  readonly id: 'CREATE_IN_PROGRESS';
  readonly to: DeploymentId;
  readonly onFailure: OnFailure;
}

/** A creation that failed, and its rollback. */
export interface CreationFailed {
  readonly id: 'CREATE_FAILED' | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED';
  readonly to: DeploymentId;
}

export interface Updating {
  readonly id: 'UPDATE_IN_PROGRESS';
  readonly from: DeploymentId;
  readonly to: DeploymentId;
  readonly onFailure: OnFailure;
}

/** An update that failed, and its rollback. */
export interface UpdateFailed {
  readonly id: 'UPDATE_FAILED' | 'UPDATE_ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_FAILED';
  readonly from: DeploymentId;
  readonly to: DeploymentId;
}

/** The deployment is complete; replaced resources are being deleted. */
export interface CleaningUp {
  readonly id: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
  readonly deployed: DeploymentId;
}

export interface Standing {
  readonly id: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE';
  readonly deployed: DeploymentId;
}

export interface Deleting {
  readonly id: 'DELETE_IN_PROGRESS' | 'DELETE_FAILED' | 'DELETE_COMPLETE';
  /** The deployment of the failed creation; absent if the stack never had one. */
  readonly of?: DeploymentId;
  /** Logical ids that stay behind (`RetainResources`). */
  readonly retain: readonly string[];
}

/**
 * A stack's state, each with exactly the members that are needed to continue after a kill: `to` is the new deployment,
 * `from` the one to which a rollback returns, `deployed` the current one. The ids are AWS's stack statuses (E1), except
 * imports.
 */
export type StackState =
  | InReview
  | Creating
  | CreationFailed
  | Updating
  | UpdateFailed
  | CleaningUp
  | Standing
  | Deleting;

export type StackStatus = StackState['id'];

/**
 * Which status may follow which. Deletion is left out of the drawing: it starts from every status without a running
 * operation, and from CREATE_IN_PROGRESS (E5).
 *
 *     REVIEW_IN_PROGRESS
 *        │ execute
 *        ▼                  all made
 *     CREATE_IN_PROGRESS ───────────────▶ CREATE_COMPLETE ──────────────┐
 *        │ failed                                                       │
 *        ├────────▶ CREATE_FAILED                                       │ update
 *        │ roll back   │ roll back                                      │
 *        ▼             ▼              all made                          ▼
 *     ROLLBACK_IN_PROGRESS      ┌──────────────────────── UPDATE_IN_PROGRESS ◀───────────┐
 *        │           │          ▼                            │ failed     ▲              │
 *        ▼           ▼     UPDATE_COMPLETE_CLEANUP_…         ├────────▶ UPDATE_FAILED    │
 *     ROLLBACK_   ROLLBACK_     │                            │ roll back   │ roll back   │ update
 *     COMPLETE    FAILED        ▼                            ▼             ▼             │
 *                          UPDATE_COMPLETE                UPDATE_ROLLBACK_IN_PROGRESS    │
 *                               │                            │          │     ▲ continue │
 *                               │                all undone  │          ▼     │          │
 *                               │                            │   UPDATE_ROLLBACK_FAILED  │
 *                               │                            ▼                           │
 *                               │             UPDATE_ROLLBACK_COMPLETE_CLEANUP_…         │
 *                               │                            ▼                           │
 *                               │                 UPDATE_ROLLBACK_COMPLETE ──────────────┤
 *                               └────────────────────────────────────────────────────────┘
 *
 *     DELETE_IN_PROGRESS ──▶ DELETE_COMPLETE
 *        │        ▲
 *        ▼        │ delete
 *      DELETE_FAILED
 */
const FOLLOWS: Readonly<Record<StackStatus, readonly StackStatus[]>> = {
  REVIEW_IN_PROGRESS: ['CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  CREATE_IN_PROGRESS: ['CREATE_COMPLETE', 'CREATE_FAILED', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  CREATE_COMPLETE: ['UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  CREATE_FAILED: ['ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  ROLLBACK_IN_PROGRESS: ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'],
  // E2: "only a delete operation can be performed".
  ROLLBACK_COMPLETE: ['DELETE_IN_PROGRESS'],
  ROLLBACK_FAILED: ['DELETE_IN_PROGRESS'],
  UPDATE_IN_PROGRESS: ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_FAILED', 'UPDATE_ROLLBACK_IN_PROGRESS'],
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: ['UPDATE_COMPLETE'],
  UPDATE_COMPLETE: ['UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  // E4: update, roll back or delete.
  UPDATE_FAILED: ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  UPDATE_ROLLBACK_IN_PROGRESS: ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'],
  // E3: delete or continue.
  UPDATE_ROLLBACK_FAILED: ['UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: ['UPDATE_ROLLBACK_COMPLETE'],
  UPDATE_ROLLBACK_COMPLETE: ['UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  DELETE_IN_PROGRESS: ['DELETE_COMPLETE', 'DELETE_FAILED'],
  DELETE_FAILED: ['DELETE_IN_PROGRESS'],
  DELETE_COMPLETE: [],
};

/** True if a stack in `from` may go to `to`. */
export function mayFollow(from: StackStatus, to: StackStatus): boolean {
  return FOLLOWS[from].includes(to);
}

/** True if an operation is under way. A stack in review waits for a person, not for a machine. */
export function isWorking(status: StackStatus): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** The deployment a person sees: its template, parameters and tags. While updating it is the new one. */
export function shownDeployment(state: StackState): DeploymentId | undefined {
  switch (state.id) {
    case 'REVIEW_IN_PROGRESS':
      return undefined;
    case 'CREATE_IN_PROGRESS':
    case 'CREATE_FAILED':
    case 'ROLLBACK_IN_PROGRESS':
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
    case 'UPDATE_IN_PROGRESS':
    case 'UPDATE_FAILED':
      return state.to;
    case 'UPDATE_ROLLBACK_IN_PROGRESS':
    case 'UPDATE_ROLLBACK_FAILED':
      return state.from;
    case 'DELETE_IN_PROGRESS':
    case 'DELETE_FAILED':
    case 'DELETE_COMPLETE':
      return state.of;
    case 'CREATE_COMPLETE':
    case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
    case 'UPDATE_COMPLETE':
    case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
    case 'UPDATE_ROLLBACK_COMPLETE':
      return state.deployed;
    default:
      return unreachable(state);
  }
}

/**
 * Returns the deployment whose outputs apply: none before the first success, the old one until an update has succeeded
 * (E29).
 */
export function standingDeployment(state: StackState): DeploymentId | undefined {
  if ('deployed' in state) return state.deployed;
  if ('from' in state) return state.from;
  return 'of' in state ? state.of : undefined;
}
