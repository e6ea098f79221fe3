import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline';
import { deployCommand, printedCommand } from '../../cli/printed-command';
import { duration, oneLine, short } from '../../cli/text';
import { type CommandResult, type Context, targetOf } from '../command';
import { environmentOfApproval } from '../pipeline/environments';
import type { Pipeline } from '../pipeline/pipeline';

/** Milliseconds between two requests to CodePipeline. */
const LOOK_AGAIN_MS = 1000;

const ENDED = new Set(['Succeeded', 'Failed', 'Stopped', 'Superseded', 'Cancelled']);

interface Followed {
  readonly pipeline: Pipeline;
  readonly executionId: string;
  /** Result for programs, beside the exit code. */
  readonly data: object;
  /** Actions of earlier attempts, which are not printed again, since a retry keeps the execution's id. */
  readonly before?: readonly ActionExecutionDetail[];
}

/**
 * Follows an execution to its end. Prints each action that waits for approval, and each action that ends. Resolves with
 * the result; anything but success is a failure.
 */
export async function follow(
  { clock, say, request }: Pick<Context, 'clock' | 'say' | 'request'>,
  { pipeline, executionId, data, before = [] }: Followed,
): Promise<CommandResult> {
  const printed = new Set(before.map(keyOf));
  for (;;) {
    // In this order, so that the last actions of an ended execution are seen.
    const { status = '', statusSummary } = await pipeline.execution(executionId);
    const actions = await pipeline.actionsOf(executionId);
    for (const action of actions.reverse()) {
      if (printed.has(keyOf(action))) continue;
      const line = lineOf(action, request);
      if (line) say(line);
      printed.add(keyOf(action));
    }
    if (ENDED.has(status)) {
      const ok = status === 'Succeeded';
      const why = statusSummary ? `: ${oneLine(statusSummary)}` : '';
      const outOfDate = ok ? stacksOutOfDate(actions) : undefined;
      const lines = [
        `execution ${short(executionId)} ${status.toLowerCase()}${why}`,
        ...(outOfDate
          ? [`out of date: ${outOfDate}; ${deployCommand(request.place)} deploys what this commit changes there`]
          : []),
      ];
      return { ok, lines, data: { ...data, status, statusSummary, ...(outOfDate && { outOfDate }) } };
    }
    await clock.wait(LOOK_AGAIN_MS);
  }
}

/**
 * Returns the stacks that differ from the commit's declaration, as the `Synth` build found; undefined if there are
 * none.
 */
function stacksOutOfDate(actions: readonly ActionExecutionDetail[]): string | undefined {
  const found = actions.map(({ output }) => output?.outputVariables?.['STACKS_OUT_OF_DATE']).find(Boolean);
  return found === 'none' ? undefined : found;
}

function keyOf({ actionExecutionId, status }: ActionExecutionDetail): string {
  return `${actionExecutionId} ${status}`;
}

function lineOf(action: ActionExecutionDetail, request: Context['request']): string | undefined {
  const { stageName = '', actionName, status = '', startTime, lastUpdateTime, output } = action;
  const name = `${stageName} / ${actionName}`.padEnd(28);
  if (status === 'InProgress') {
    if (action.input?.actionTypeId?.category !== 'Approval') return undefined;
    return `${name}  waits: ${printedCommand(targetOf(request), ['approve', environmentOfApproval(stageName)])}`;
  }
  const took = startTime && lastUpdateTime ? duration(lastUpdateTime.getTime() - startTime.getTime()) : '';
  const { externalExecutionSummary, errorDetails } = output?.executionResult ?? {};
  const detail = oneLine((status === 'Failed' && errorDetails?.message) || externalExecutionSummary || '', 200);
  return `${name}  ${status.toLowerCase().padEnd(9)}  ${took.padStart(8)}  ${detail}`.trimEnd();
}
