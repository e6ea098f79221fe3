import { LiveRegion } from '../../cli/live-region';
import { printedCommand } from '../../cli/printed-command';
import { duration, moment, oneLine, short } from '../../cli/text';
import { type Command, type Context, targetOf } from '../command';
import { environmentOfApproval } from '../pipeline/environments';
import { type ActionView, type StageView, stageViews } from '../pipeline/stage-view';

/** Milliseconds between two requests; AWS permits about one per second for all clients of an account. */
const LOOK_AGAIN_MS = { aws: 5000, local: 1000 } as const;

const NAME_WIDTH = 24;

/** Watches the stages of the pipeline: in place on a terminal, elsewhere with a line for each change. Never ends. */
export const watch: Command = async (context) => {
  const pipeline = await context.pipeline();
  const region = new LiveRegion(context.screen);
  const before = new Map<string, string>();
  for (let isFirst = true; ; isFirst = false) {
    const stages = stageViews(await pipeline.stages());
    for (const line of changes(context, stages, { before, isFirst })) region.print(line, []);
    if (context.screen.live) region.draw(view(context, pipeline.name, stages));
    await context.clock.wait(LOOK_AGAIN_MS[context.request.place.kind]);
  }
};

interface Seen {
  readonly before: Map<string, string>;
  /** True for the first look: nothing has changed yet. */
  readonly isFirst: boolean;
}

/** Returns a line for each action whose status differs from `before`, and updates `before`. */
function changes(context: Context, stages: readonly StageView[], { before, isFirst }: Seen): string[] {
  const lines: string[] = [];
  for (const stage of stages) {
    for (const action of stage.actions) {
      const key = `${stage.name} / ${action.name}`;
      const now = `${stage.executionId} ${action.status}`;
      if (before.get(key) === now) continue;
      before.set(key, now);
      // On a terminal, the view shows running actions, and lines above it show finished ones. Elsewhere, the first
      // lines show every action.
      const isShown = context.screen.live ? !isFirst && action.status !== 'InProgress' : true;
      if (isShown) lines.push(changeLine(context, stage, action));
    }
  }
  return lines;
}

function changeLine(context: Context, stage: StageView, action: ActionView): string {
  const at = action.since ? moment(action.since).slice(11) : ' '.repeat(8);
  const id = short(stage.executionId ?? '');
  const name = `${stage.name} / ${action.name}`.padEnd(NAME_WIDTH);
  return `${at}  ${id}  ${name}  ${paint(context, action.status)}  ${detail(context, stage, action)}`.trimEnd();
}

/** Returns the lines of the live view. */
function view(context: Context, name: string, stages: readonly StageView[]): string[] {
  const { colors } = context.screen;
  const now = context.clock.now();
  const rows = stages.flatMap((stage) => [
    `${colors.bold(stage.name.padEnd(NAME_WIDTH))}  ${short(stage.executionId ?? '').padEnd(8)}  ${paint(context, stage.status ?? '')}${queue(stage)}`,
    ...stage.actions
      .filter(({ status }) => status !== 'Succeeded')
      .map((action) => {
        const took = action.since ? duration(now.getTime() - action.since.getTime()) : '';
        return `  ${action.name.padEnd(NAME_WIDTH)}${took.padStart(8)}  ${paint(context, action.status)}  ${detail(context, stage, action)}`;
      }),
  ]);
  return ['', colors.dim(`${name}  ${moment(now)} UTC  (Ctrl-C ends)`), ...rows];
}

function queue({ inbound, closed }: StageView): string {
  const waits = inbound.length > 0 ? `  waits to enter: ${inbound.map(short).join(', ')}` : '';
  return `${waits}${closed === undefined ? '' : `  transition disabled: ${oneLine(closed)}`}`;
}

function detail({ request, screen }: Context, stage: StageView, action: ActionView): string {
  if (!action.isWaiting) return oneLine(action.text, Math.max(40, screen.columns() - 60));
  return `waits: ${printedCommand(targetOf(request), ['approve', environmentOfApproval(stage.name)])}`;
}

function paint({ screen: { colors } }: Context, status: string): string {
  const text = status.padEnd(10);
  if (status === 'Succeeded') return colors.green(text);
  if (status === 'Failed') return colors.red(text);
  return status === 'InProgress' ? colors.cyan(text) : colors.yellow(text);
}
