/** Steps that make a stack ready for a deployment. */
export type Treatment =
  /** Deployable in this state. */
  | 'deploy'
  /** An operation is under way: look again later. */
  | 'wait'
  /** Delete it, provided that its events prove that it never served. */
  | 'delete'
  /** Continue its rollback; at last without the resources that do not go back. */
  | 'continue'
  /** A person must decide. */
  | 'refuse';

interface Row {
  readonly treatment: Treatment;
  /** Why, or for a refusal what to do. */
  readonly because: string;
  /** Treatment of the image stack, which serves no traffic, and which its action replaces after a failure (A46). */
  readonly image?: Treatment;
}

const UNDER_WAY: Row = { treatment: 'wait', because: 'a stack has one operation at a time (H25, A19)' };
const STANDS: Row = { treatment: 'deploy', because: 'it is stable, and can be updated' };
const NEVER_STOOD: Row = {
  treatment: 'delete',
  because: 'its creation never succeeded, so it can only be deleted (E2, H9)',
  image: 'deploy',
};

/** Every status of a stack (E1), with its treatment. */
const TABLE: Readonly<Record<string, Row>> = {
  CREATE_COMPLETE: STANDS,
  UPDATE_COMPLETE: STANDS,
  // A deployment failed and was undone: the version before it serves.
  UPDATE_ROLLBACK_COMPLETE: STANDS,
  IMPORT_COMPLETE: STANDS,
  IMPORT_ROLLBACK_COMPLETE: STANDS,

  CREATE_IN_PROGRESS: UNDER_WAY,
  ROLLBACK_IN_PROGRESS: UNDER_WAY,
  UPDATE_IN_PROGRESS: UNDER_WAY,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: UNDER_WAY,
  UPDATE_ROLLBACK_IN_PROGRESS: UNDER_WAY,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: UNDER_WAY,
  DELETE_IN_PROGRESS: UNDER_WAY,
  IMPORT_IN_PROGRESS: UNDER_WAY,
  IMPORT_ROLLBACK_IN_PROGRESS: UNDER_WAY,

  CREATE_FAILED: NEVER_STOOD,
  ROLLBACK_COMPLETE: NEVER_STOOD,
  ROLLBACK_FAILED: NEVER_STOOD,
  // A change set was created for a new stack, and never executed (E17).
  REVIEW_IN_PROGRESS: NEVER_STOOD,

  UPDATE_ROLLBACK_FAILED: {
    treatment: 'continue',
    because: 'its rollback can be continued; the alternative, its deletion, would end the fleet that serves (E3, H11)',
    image: 'deploy',
  },
  UPDATE_FAILED: {
    treatment: 'refuse',
    because:
      'somebody updated it with rollback disabled (E4): look at its events, and roll it back (aws cloudformation ' +
      'rollback-stack) or update it by hand, then retry the stage',
    image: 'deploy',
  },
  DELETE_FAILED: {
    treatment: 'refuse',
    because:
      'its deletion failed: remove the obstacle that its events name, delete the stack by hand, then retry the stage',
    image: 'deploy',
  },
  IMPORT_ROLLBACK_FAILED: {
    treatment: 'refuse',
    because: 'somebody imported resources into it: repair or delete what its events name, then retry the stage',
  },
};

/** Returns the treatment of a stack in this status, with the reason. An unknown status is left to a person. */
export function treatmentOf(status: string, of: 'fleet' | 'image'): { treatment: Treatment; because: string } {
  const row = TABLE[status];
  if (!row) return { treatment: 'refuse', because: 'the status is unknown: see the stack' };
  return { treatment: of === 'image' ? (row.image ?? row.treatment) : row.treatment, because: row.because };
}
