import type { NotYet, State } from '../pipeline-job';
import type { LiveSizes } from './capacity';
import type { Stack, Stacks } from './stack';

export interface RoomNeeded {
  readonly stacks: Stacks;
  readonly stack: Stack | undefined;
  readonly live: LiveSizes | undefined;
  /** The parameters of the roll that comes. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly state: State;
}

/**
 * Brings the stack's own sizes to those of the roll, where somebody has raised the group above the maximum that the stack
 * has set. Otherwise the rollback of a roll that fails would set that maximum again, and Auto Scaling would end the
 * servers above it (F35). Undefined where nothing is to be done. It is tried once: a roll goes on without it.
 */
export async function makeRoom({ stacks, stack, live, capacity, state }: RoomNeeded): Promise<NotYet | undefined> {
  const most = Number(stack?.parameters['MaxSize']);
  if (!stack || !live || !(live.desired > most) || state['room'] === stack.id) return undefined;
  try {
    await stacks.changeParameters(stack, capacity);
  } catch (error) {
    // Another delivery of the job may have begun the update since the stack was found (A38).
    const now = await stacks.find(stack.id);
    if (!now || now.status === stack.status) throw error;
  }
  return {
    again: { ...state, room: stack.id },
    summary: `raising MaxSize of the stack from ${most} to ${capacity['MaxSize']}: ${live.desired} servers are wanted, and a rollback must keep them`,
  };
}
