import type { NotYet, State } from '../pipeline-job';
import { doubtThatItNeverServed, failedToGoBack } from './history';
import type { Stack, Stacks } from './stack';
import { treatmentOf } from './statuses';

export interface Preparation {
  readonly stacks: Stacks;
  readonly name: string;
  readonly of: 'fleet' | 'image';
  /** State from an earlier invocation of the same job: how often it continued the rollback of which stack. */
  readonly state: State;
}

export interface Rolled {
  readonly version: string;
  readonly since: Date;
}

/** The stack can be deployed: it stands, or there is none. */
export interface Ready {
  readonly ready: string;
  /** Undefined where there is none yet. */
  readonly stack?: Stack;
  /** The roll that brought what serves; undefined where none has, or a later one has failed. */
  readonly rolled?: Rolled;
}

/**
 * Brings a stack to where it can be deployed, one step an invocation. A stack that has served is never deleted. What is
 * done depends on the stack as it is found, so that a job that is delivered twice does nothing twice (A38).
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
      throw new NotDeployable(`${name} is in ${stack.status}${told(stack)}: ${because}`);
  }
}

/** A stack that only a person can bring to where it can be deployed. */
export class NotDeployable extends Error {
  override readonly name = 'NotDeployable';
}

/** After a roll that failed, its own servers are among those that were replaced: they tell nothing of what serves. */
function lastRoll({ status, changedAt: since, parameters: { ImageVersion: version } }: Stack): Rolled | undefined {
  return version !== undefined && /^(CREATE|UPDATE)_COMPLETE$/.test(status) ? { version, since } : undefined;
}

async function deleteUnserved({ stacks, name, state }: Preparation, stack: Stack): Promise<NotYet> {
  const doubt = doubtThatItNeverServed(await stacks.history(stack.id));
  if (doubt) {
    throw new NotDeployable(
      `${name} is in ${stack.status}, from where it can only be deleted, and ${doubt}: look at what it still holds, ` +
        'delete it by hand if nothing serves from it, then retry the stage',
    );
  }
  await stacks.delete(stack.id);
  return { again: state, summary: `deleting ${name}, which was in ${stack.status} and has never served` };
}

/**
 * First all of it is tried again: what was in the way may be gone. Then without the resources that did not go back, whose
 * state CloudFormation no longer knows (E3); the deployment that follows brings them to what its template says.
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

function told({ reason }: Stack): string {
  return reason ? ` (${reason})` : '';
}
