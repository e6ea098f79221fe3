import type { NotYet, State } from '../pipeline-job';
import type { LiveSizes } from './capacity';
import type { Stack, Stacks } from './stack';

export interface RoomNeeded {
  readonly stacks: Stacks;
  readonly stack: Stack | undefined;
  readonly live: LiveSizes | undefined;
  /** Parameters of the coming roll. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly state: State;
}

/** There is nothing to wait for. The text continues the summary, and is empty if the stack has room or needs none. */
export interface NoWait {
  readonly text: string;
}

/**
 * Raises the stack's own sizes to those of the roll, if somebody has raised the group above the maximum of the stack.
 * Otherwise the rollback of a failed roll would set that maximum again, and Auto Scaling would end the servers above it
 * (F35). It is attempted once: a roll continues without it.
 */
export async function makeRoom({ stacks, stack, live, capacity, state }: RoomNeeded): Promise<NotYet | NoWait> {
  const most = Number(stack?.parameters['MaxSize']);
  if (!stack || !live || !(live.desired > most)) return { text: '' };
  const stays = (because: string) => ({ text: `; the stack keeps its MaxSize of ${most}, because ${because}` });
  if (state['room'] === stack.id) return stays(stack.reason ?? `an update of it ended in ${stack.status}`);
  try {
    await stacks.changeParameters(stack, capacity);
  } catch (error) {
    // Without its AMI the stack can take no update that keeps it. Its rollback would not shrink the fleet either: the
    // group accepts a launch template and a maximum together, and refuses a template whose AMI is missing.
    if (isImageGone(error)) return stays(error.message);
    // Another delivery of the job may have started the update since the stack was read (A38).
    const now = await stacks.find(stack.id);
    if (!now || now.status === stack.status) throw error;
  }
  return {
    again: { ...state, room: stack.id },
    summary: `raising MaxSize of the stack from ${most} to ${capacity['MaxSize']}: ${live.desired} servers are wanted, and a rollback must keep them`,
  };
}

/** The AMI that the stack was deployed with was deregistered, and its parameter is validated at each update (E24). */
function isImageGone(error: unknown): error is Error {
  return error instanceof Error && /parameter value ami-\S+ for parameter name \S+ does not exist/.test(error.message);
}
