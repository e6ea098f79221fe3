import type { NotYet, State } from '../pipeline-job';
import { doubtThatItNeverServed, failedToGoBack } from './history';
import type { Stack, Stacks } from './stack';
import { treatmentOf } from './statuses';

export interface Preparation {
  readonly stacks: Stacks;
  readonly name: string;
  readonly of: 'fleet' | 'image';
  /** State from an earlier invocation of the same job: the number of continued rollbacks of a stack. */
  readonly state: State;
}

export interface Rolled {
  readonly version: string;
  readonly since: Date;
}

/** The stack can be deployed: it is stable, or does not exist. */
export interface Ready {
  readonly ready: string;
  /** Undefined if it does not exist. */
  readonly stack?: Stack;
  /** The roll of the version that serves; undefined without a roll, or after a later one failed. */
  readonly rolled?: Rolled;
}

/**
 * Brings a stack into a deployable state, one step an invocation. A stack that has served is never deleted. Each step
 * depends only on the current state of the stack, so that a job that is delivered twice acts once (A38).
 */
export async function prepare(preparation: Preparation): Promise<NotYet | Ready> {
  const { stacks, name, of, state } = preparation;
  const stack = await stacks.find(name);
  if (!stack) return { ready: `there is no stack ${name} yet` };
  const { treatment, because } = treatmentOf(stack.status, of);
  switch (treatment) {
    case 'deploy':
      return { ready: `${name} is in ${stack.status}`, stack, rolled: lastRoll(stack) };
    case 'wait':
      return { again: state, summary: `waiting for ${name}, which is in ${stack.status}` };
    case 'delete':
      return await deleteUnserved(preparation, stack);
    case 'continue':
      return await continueRollback(preparation, stack);
    case 'refuse':
      throw new NotDeployable(`${name} is in ${stack.status}${reasonOf(stack)}: ${because}`);
  }
}

/** A stack that only a person can bring into a deployable state. */
export class NotDeployable extends Error {
  override readonly name = 'NotDeployable';
}

/**
 * After a failed roll, its own servers are among the replaced ones, so the number does not concern the version that
 * serves.
 */
function lastRoll({ status, changedAt: since, parameters: { ImageVersion: version } }: Stack): Rolled | undefined {
  return version !== undefined && /^(CREATE|UPDATE)_COMPLETE$/.test(status) ? { version, since } : undefined;
}

async function deleteUnserved({ stacks, name, state }: Preparation, stack: Stack): Promise<NotYet> {
  const doubt = doubtThatItNeverServed(await stacks.history(stack.id));
  if (doubt) {
    throw new NotDeployable(
      `${name} is in ${stack.status}, which permits only its deletion, and ${doubt}: check its remaining resources, ` +
        'delete it by hand if nothing serves from it, then retry the stage',
    );
  }
  await stacks.delete(stack.id);
  return { again: state, summary: `deleting ${name}, which was in ${stack.status} and has never served` };
}

/**
 * The first attempt includes all resources, since the obstacle may be gone. The next one skips the resources that
 * failed, whose state CloudFormation no longer knows (E3); the following deployment brings them to the template's
 * state.
 */
async function continueRollback({ stacks, name, state }: Preparation, stack: Stack): Promise<NotYet> {
  const tries = state['stack'] === stack.id ? Number(state['tries']) : 0;
  const failed = failedToGoBack(await stacks.history(stack.id));
  if (tries >= 2 || (tries === 1 && failed.length === 0)) {
    const reasons = failed.map(({ logicalId, reason }) => `${logicalId}: ${reason}`).join('; ') || stack.reason;
    throw new NotDeployable(
      `${name} is in ${stack.status}, and continuing its rollback failed again (${reasons || 'no reason was given'}): ` +
        'remove the reason, continue the rollback by hand, then retry the stage',
    );
  }
  const skip = tries === 0 ? [] : failed.map(({ logicalId }) => logicalId);
  try {
    await stacks.continueRollback(stack.id, skip);
  } catch (error) {
    // Another delivery of the job may have continued it since it was found (A38).
    const now = await stacks.find(name);
    if (!now || now.status === stack.status) throw error;
  }
  const without = skip.length > 0 ? ` without ${skip.join(', ')}` : '';
  return {
    again: { ...state, stack: stack.id, tries: tries + 1 },
    summary: `continuing the rollback of ${name}${without}, which was in ${stack.status}`,
  };
}

function reasonOf({ reason }: Stack): string {
  return reason ? ` (${reason})` : '';
}
