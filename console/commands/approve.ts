import { PutApprovalResultCommand } from '@aws-sdk/client-codepipeline';
import { Refusal, refusedWith } from '../../cli/refusal';
import { duration, oneLine, short } from '../../cli/text';
import type { Command, CommandResult, Context } from '../command';
import { environmentIn } from '../pipeline/environments';
import { type PendingApproval, pendingApprovals } from '../pipeline/pending-approval';
import type { Pipeline } from '../pipeline/pipeline';

export const approve: Command = (context) => answerApproval(context, 'Approved');

export const reject: Command = (context) => answerApproval(context, 'Rejected');

/** Shows the approval that waits for the environment, and answers it (A57). */
async function answerApproval(context: Context, status: 'Approved' | 'Rejected'): Promise<CommandResult> {
  const { given, options } = context.request;
  const environment = given['ENV'] ?? '';
  const pipeline = await context.pipeline();
  const waiting = await theWaiting(pipeline, { environment, asked: options.execution });
  const shown = await described(pipeline, waiting);
  const since = waiting.since ? `, for ${duration(context.clock.now().getTime() - waiting.since.getTime())}` : '';
  context.say(`${waiting.stage} / ${waiting.action} waits${since}, in execution ${waiting.executionId}`);
  for (const line of shown.split('\n').filter(Boolean)) context.say(`  ${oneLine(line)}`);
  const summary = typeof options.summary === 'string' ? options.summary : '';
  try {
    await pipeline.client.send(
      new PutApprovalResultCommand({
        pipelineName: pipeline.name,
        stageName: waiting.stage,
        actionName: waiting.action,
        token: waiting.token,
        result: { status, summary },
      }),
    );
  } catch (error) {
    if (!refusedWith(error, 'ApprovalAlreadyCompletedException', 'InvalidApprovalTokenException')) throw error;
    throw new Refusal(`the approval for ${environment} was answered by another person, or has just expired`);
  }
  return {
    ok: true,
    lines: [`${status.toLowerCase()} ${environment}${summary && `: ${oneLine(summary)}`}`],
    data: {
      pipeline: pipeline.name,
      environment,
      stage: waiting.stage,
      action: waiting.action,
      executionId: waiting.executionId,
      status,
      summary,
      shown,
    },
  };
}

async function theWaiting(
  pipeline: Pipeline,
  { environment, asked }: { environment: string; asked?: string | true },
): Promise<PendingApproval> {
  const all = pendingApprovals(await pipeline.stages(), environment);
  const [waiting] = all;
  if (!waiting) {
    // An environment that does not exist would wait for ever.
    environmentIn(await pipeline.declaration(), environment);
    throw new Refusal(`nothing waits for approval for ${environment}`);
  }
  const meant = typeof asked === 'string' ? all.find(({ executionId }) => executionId.startsWith(asked)) : waiting;
  if (!meant) {
    throw new Refusal(
      `execution ${asked} does not wait for ${environment}; execution ${short(waiting.executionId)} does`,
    );
  }
  return meant;
}

/** Returns the pipeline's text about the approval, with everything filled in. */
async function described(pipeline: Pipeline, { executionId, stage, action }: PendingApproval): Promise<string> {
  const actions = await pipeline.actionsOf(executionId);
  const run = actions.find(({ stageName, actionName }) => stageName === stage && actionName === action);
  return run?.input?.resolvedConfiguration?.['CustomData'] ?? '';
}
