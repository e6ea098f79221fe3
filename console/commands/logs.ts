import type { ActionExecutionDetail, StageDeclaration } from '@aws-sdk/client-codepipeline';
import { printedCommand } from '../../cli/printed-command';
import { isServiceRefusal, Refusal, WrongUse } from '../../cli/refusal';
import { duration, moment, plain, short } from '../../cli/text';
import { type Command, type CommandResult, type Context, targetOf } from '../command';
import { environmentsOf } from '../pipeline/environments';
import { type LogPart, type LogReader, logReader } from '../pipeline/log-reader';
import { logEndOf, logSourceOf } from '../pipeline/log-source';
import type { Pipeline } from '../pipeline/pipeline';
import { isRunning } from '../pipeline/runs';
import { serverLogs } from './server-logs';

/** Milliseconds between two looks for new lines. */
const LOOK_AGAIN_MS = 1000;

/** Prints the logs of an execution or of one of its actions, or those of an environment's servers. */
export const logs: Command = async (context) => {
  const { 'EXECUTION|ENV': asked, ACTION: action } = context.request.given;
  const { follow } = context.request.options;
  const pipeline = await context.pipeline();
  const stages = asked === undefined ? [] : environmentsOf(await pipeline.declaration());
  const stage = stages.find(({ name }) => name === asked);
  if (stage) {
    if (action) throw new WrongUse(`unexpected argument "${action}"`, 'an environment has servers, not actions');
    if (follow) throw new WrongUse('option "--follow" needs an execution', 'the logs of servers are printed once');
    return serverLogs(context, stage);
  }
  if (asked !== undefined && !/^[0-9a-f-]+$/.test(asked)) throw unknownEnvironment(pipeline.name, asked, stages);
  const { pipelineExecutionId: executionId } = await executionOf(pipeline, asked);
  return executionLogs(context, { pipeline, executionId: executionId ?? '', action, follow: follow === true });
};

function unknownEnvironment(pipeline: string, asked: string, stages: readonly StageDeclaration[]): Refusal {
  const names = stages.map(({ name }) => name).join(', ');
  return new Refusal(`${pipeline} has no environment ${asked}; it has ${names || 'none'}`);
}

async function executionOf(pipeline: Pipeline, asked: string | undefined) {
  if (asked !== undefined) return pipeline.find(asked);
  for await (const execution of pipeline.executions()) return execution;
  throw new Refusal(`${pipeline.name} has not run yet`);
}

interface Wanted {
  readonly pipeline: Pipeline;
  readonly executionId: string;
  /** Name of the only action to print. */
  readonly action?: string;
  readonly follow: boolean;
}

/** A line as programs read it. */
interface Line {
  readonly stage: string;
  readonly action: string;
  readonly log: string;
  readonly at: string;
  readonly text: string;
}

async function executionLogs(context: Context, wanted: Wanted): Promise<CommandResult> {
  const { pipeline, executionId, follow } = wanted;
  const open = new Map<string, LogReader>();
  const data: Line[] = [];
  let heading = '';
  const print = (action: ActionExecutionDetail, { log, lines }: LogPart) => {
    const { stageName: stage = '', actionName = '' } = action;
    const title = `==> ${stage} / ${actionName}: ${log} <==`;
    if (title !== heading) context.say(`${heading && '\n'}${title}`);
    heading = title;
    for (const { at, text } of lines) {
      context.say(plain(text));
      data.push({ stage, action: actionName, log, at: at.toISOString(), text });
    }
  };
  for (;;) {
    // In this order, so that the last lines of an ended execution are read.
    const { status = '' } = await pipeline.execution(executionId);
    const actions = chosen((await pipeline.actionsOf(executionId)).reverse(), wanted);
    for (const action of actions) for (const part of await readNew(context, action, open)) print(action, part);
    if (!follow || !isRunning(status)) return answer(context, { executionId, status, actions, data });
    await context.clock.wait(LOOK_AGAIN_MS);
  }
}

/** Returns the wanted actions. Throws a `Refusal` if the execution has none of that name. */
function chosen(actions: readonly ActionExecutionDetail[], { action, executionId, follow }: Wanted) {
  if (action === undefined) return actions;
  const found = actions.filter(({ actionName }) => actionName === action);
  if (found.length > 0 || follow) return found;
  const names = [...new Set(actions.map(({ actionName }) => actionName))].join(', ');
  throw new Refusal(`execution ${short(executionId)} has run no action ${action}; it has run ${names || 'none'}`);
}

/** Reads the new lines in the log of an action. A log that these credentials may not read is named in its place. */
async function readNew(
  { clients, clientsIn, clock }: Context,
  action: ActionExecutionDetail,
  open: Map<string, LogReader>,
): Promise<LogPart[]> {
  const { actionExecutionId: id = '', input } = action;
  const known = open.get(id);
  const source = known ? undefined : logSourceOf(action);
  const read = known ?? (source && logReader(source, input?.region ? clientsIn(input.region) : clients));
  if (!read) return [];
  const end = logEndOf(action);
  // Nothing follows this read, and the action's function may write for other executions later.
  const isLast = end !== undefined && end < clock.now().getTime();
  open.set(id, isLast ? async () => [] : read);
  try {
    return await read(end);
  } catch (error) {
    if (!isServiceRefusal(error)) throw error;
    open.set(id, async () => []);
    const text = `not readable with these credentials: ${error.name}: ${error.message}`;
    return [{ log: 'no log', lines: [{ at: new Date(0), text }] }];
  }
}

interface Ended {
  readonly executionId: string;
  readonly status: string;
  readonly actions: readonly ActionExecutionDetail[];
  readonly data: readonly Line[];
}

function answer({ request }: Context, { executionId, status, actions, data }: Ended): CommandResult {
  const id = short(executionId);
  const explain = printedCommand(targetOf(request), ['explain', id]);
  const lines = data.length > 0 ? [] : [`execution ${id} has no log: ${actions.map(withoutLog).join(', ') || status}`];
  if (data.length > 0)
    lines.push('', `execution ${id} ${status}${status === 'Failed' ? `; the reason: ${explain}` : ''}`);
  return { ok: true, lines, data };
}

function withoutLog({ actionName, status, startTime, lastUpdateTime }: ActionExecutionDetail): string {
  const took = startTime && lastUpdateTime ? ` after ${duration(lastUpdateTime.getTime() - startTime.getTime())}` : '';
  return `${actionName} ${status}${took}${startTime ? ` (began ${moment(startTime)} UTC)` : ''}`;
}
