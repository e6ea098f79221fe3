import { LiveRegion } from '../../cli/live-region';
import type { LocalPlace } from '../../cli/place';
import { deployCommand, printedCommand } from '../../cli/printed-command';
import type { Screen } from '../../cli/screen';
import { duration, oneLine, plain, short } from '../../cli/text';
import type { Clock } from '../kernel/clock';
import type { RuntimeEvent, Stamped } from '../kernel/events';

export interface ProgressOptions {
  readonly screen: Screen;
  readonly clock: Clock;
  /** Shows stack events, log lines and instance states too. */
  readonly verbose: boolean;
  /** The place of this run, for commands that a person pastes. */
  readonly place: LocalPlace;
}

interface Running {
  readonly label: string;
  /** Provider whose events are the progress: `CodeBuild`, `CloudFormation` … */
  readonly provider: string;
  readonly since: number;
  detail: string;
}

type Of<T extends RuntimeEvent['type']> = Extract<Stamped, { type: T }>;

/** Milliseconds between two updates of the durations in the live region. */
const REDRAW_MS = 120;
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const LABEL_WIDTH = 26;
/** Attribute with which the function that explains failures names the execution. */
export const RUN_ATTRIBUTE = 'pipelineExecutionId';
const REASON_WIDTH = 600;
/** Output variable in which a build names the stacks that differ from the commit's declaration; or `none`. */
const OUT_OF_DATE = 'STACKS_OUT_OF_DATE';

/**
 * Shows a run to a person: a line for every finished action, with its duration; on a terminal also the current work. It
 * uses only events.
 */
export class Progress {
  private readonly region: LiveRegion;
  private readonly running = new Map<string, Running>();
  private readonly started = new Map<string, number>();
  /** The stacks that the commit of an execution changes and its pipeline cannot, by execution. */
  private readonly outOfDate = new Map<string, string>();
  private frame = 0;
  private cancelRedraw: () => void = () => {};

  constructor(private readonly options: ProgressOptions) {
    this.region = new LiveRegion(options.screen);
  }

  /** Prints a line outside of any event. */
  say(line: string): void {
    this.region.print(line, this.lines());
  }

  /** A step of our own (synthesis, a stack of the person's), timed like an action. The provider's events become its detail. */
  begin(key: string, label: string, provider = 'CloudFormation'): void {
    this.running.set(key, { label, provider, since: this.options.clock.monotonic(), detail: '' });
    if (!this.options.screen.live) this.say(`  ${label} …`);
    this.redraw();
  }

  end(key: string, outcome: { ok: boolean; detail?: string }): void {
    const step = this.running.get(key);
    if (!step) return;
    this.running.delete(key);
    this.say(this.finished(step, outcome));
    if (this.running.size === 0) this.cancelRedraw();
  }

  readonly onEvent = (event: Stamped): void => {
    const handle = this.handlers[event.type] as ((event: Stamped) => void) | undefined;
    handle?.(event);
    if (this.options.verbose) this.verbose(event);
  };

  /** Leaves the screen with final lines only. */
  close(): void {
    this.cancelRedraw();
    this.region.clear();
  }

  private readonly handlers: { [T in RuntimeEvent['type']]?: (event: Of<T>) => void } = {
    'execution-started': ({ executionId, trigger, rollback }) => {
      this.started.set(executionId, this.options.clock.monotonic());
      const what = rollback ? `: ${rollback.stage} rolls back to execution ${short(rollback.target)}` : '';
      this.say(`${this.options.screen.colors.bold(`execution ${short(executionId)} started`)} (${trigger})${what}`);
    },
    'execution-source': ({ commitId, subject }) => {
      this.say(`  commit ${short(commitId)} ${oneLine(subject, 72)}`);
    },
    'execution-finished': (event) => this.executionFinished(event),
    'action-started': (event) => this.begin(actionKey(event), `${event.stage} / ${event.action}`, event.provider),
    'action-progressed': (event) => this.detail(actionKey(event), event.summary),
    'condition-checked': ({ stage, condition, status, summary = '' }) => {
      const { colors } = this.options.screen;
      const mark = status === 'Succeeded' ? colors.green('✔') : colors.yellow('!');
      this.say(
        `  ${mark} ${`${stage} / ${condition}`.padEnd(LABEL_WIDTH)}           ${oneLine(summary, REASON_WIDTH)}`,
      );
    },
    'stage-finished': ({ stage, status }) => {
      if (status === 'Skipped') this.say(this.options.screen.colors.yellow(`  – ${stage} is skipped`));
    },
    'approval-waiting': (event) => this.approvalWaiting(event),
    'action-finished': (event) => {
      const stacks = event.outputVariables?.[OUT_OF_DATE];
      if (stacks) this.outOfDate.set(event.executionId, stacks);
      this.end(actionKey(event), { ok: event.status === 'Succeeded', detail: event.summary });
    },
    'build-phase-finished': ({ project, phase, status }) =>
      this.detailOf('CodeBuild', `${project}: ${phase} ${status}`),
    'component-step-finished': ({ phase, step, status }) =>
      this.detailOf('CloudFormation', `${phase} / ${step}: ${status}`),
    'stack-event': ({ logicalId, status, reason }) =>
      this.detailOf('CloudFormation', `${logicalId} ${status}${reason ? ` ${reason}` : ''}`),
    'message-published': ({ message, attributes }) => {
      const execution = attributes[RUN_ATTRIBUTE];
      if (execution) this.say(this.options.screen.colors.red(`cause of ${short(execution)}: ${plain(message).trim()}`));
    },
    'interruption-found': ({ what, consequence }) => {
      this.say(this.options.screen.colors.yellow(`interrupted last time: ${what}; ${consequence}`));
    },
    notice: ({ level, message }) => {
      const { colors } = this.options.screen;
      const paint = { info: colors.dim, warning: colors.yellow, error: colors.red }[level];
      this.say(paint(`${level}: ${plain(message)}`));
    },
  };

  private executionFinished({ executionId: id, status, reason, rollback }: Of<'execution-finished'>): void {
    const { colors } = this.options.screen;
    const since = this.started.get(id);
    const took = since === undefined ? '' : ` in ${duration(this.options.clock.monotonic() - since)}`;
    const paint = status === 'Succeeded' ? colors.green : status === 'Failed' ? colors.red : colors.yellow;
    const ended = paint(colors.bold(`execution ${short(id)} ${status.toLowerCase()}${took}`));
    const why = status === 'Succeeded' ? '' : oneLine(reason?.split('\n')[0] ?? '', REASON_WIDTH);
    const stacks = this.outOfDate.get(id) ?? 'none';
    const stale =
      status === 'Succeeded' &&
      stacks !== 'none' &&
      `out of date: ${stacks}; ${deployCommand(this.options.place)} deploys what this commit changes there`;
    const follows = rollback && `a rollback of ${rollback.stage} to execution ${short(rollback.target)} follows`;
    // One write, so that a reader gets the reason together with the end.
    this.say(
      [ended, why && paint(`reason: ${why}`), stale && colors.yellow(stale), follows && colors.yellow(follows)]
        .filter(Boolean)
        .join('\n'),
    );
  }

  /** Describes an approval that waits, and the commands that answer it. It stays on the screen until it is answered. */
  private approvalWaiting(event: Of<'approval-waiting'>): void {
    const { bold, cyan, dim } = this.options.screen.colors;
    const answer = (word: string) => printedCommand(this.options, [word, environmentOf(event.stage)]);
    const command = answer('approve');
    const until = event.expiresAt.replace('T', ' ').slice(0, 16);
    this.detail(actionKey(event), `waits for ${command}`);
    const asked = [event.customData, event.link].filter((text) => text !== undefined).map((text) => plain(text));
    this.say(
      [
        `  ${cyan('?')} ${bold(`${event.stage} waits for approval`)} until ${until} UTC: ${bold(command)}`,
        ...asked.flatMap((text) => text.split('\n')).map((line) => `      ${line}`),
        dim(`      (from another terminal; or ${answer('reject')})`),
      ].join('\n'),
    );
  }

  private finished(step: Running, { ok, detail }: { ok: boolean; detail?: string }): string {
    const { colors } = this.options.screen;
    const took = duration(this.options.clock.monotonic() - step.since).padStart(8);
    const mark = ok ? colors.green('✔') : colors.red('✘');
    const [first = '', ...more] = plain(detail ?? '').split('\n');
    const rest = more.map((line) => `\n      ${ok ? colors.dim(line) : line}`).join('');
    return `  ${mark} ${step.label.padEnd(LABEL_WIDTH)} ${took}  ${ok ? colors.dim(first) : first}${rest}`.trimEnd();
  }

  private detail(key: string, text: string): void {
    const step = this.running.get(key);
    if (step) step.detail = text;
  }

  /** Events of services name no action, so they are shown with all running steps of the service. */
  private detailOf(provider: string, text: string): void {
    for (const step of this.running.values()) if (step.provider === provider) step.detail = text;
  }

  private verbose(event: Stamped): void {
    const line = VERBOSE[event.type] as ((event: Stamped) => string | undefined) | undefined;
    const text = line?.(event);
    if (text) this.say(this.options.screen.colors.dim(`    ${event.at.toISOString().slice(11, 23)} ${plain(text)}`));
  }

  private lines(): string[] {
    const { screen, clock } = this.options;
    const spinner = SPINNER[this.frame % SPINNER.length];
    return [...this.running.values()].map((step) => {
      const took = duration(clock.monotonic() - step.since).padStart(8);
      const text = oneLine(step.detail, Math.max(0, screen.columns() - LABEL_WIDTH - 16));
      return `  ${screen.colors.cyan(spinner ?? '')} ${step.label.padEnd(LABEL_WIDTH)} ${took}  ${screen.colors.dim(text)}`;
    });
  }

  private redraw(): void {
    if (!this.options.screen.live) return;
    this.cancelRedraw();
    this.frame++;
    this.region.draw(this.lines());
    this.cancelRedraw = this.options.clock.limit(REDRAW_MS, () => this.redraw());
  }
}

const VERBOSE: { [T in RuntimeEvent['type']]?: (event: Of<T>) => string | undefined } = {
  'stack-event': ({ stackName, logicalId, status, reason }) =>
    `${stackName} ${logicalId} ${status}${reason ? `: ${reason}` : ''}`,
  'log-written': ({ group, messages }) => messages.map((message) => `${group} ${message.trimEnd()}`).join('\n      '),
  'instance-state-changed': ({ instanceId, state, reason }) => `${instanceId} ${state}${reason ? `: ${reason}` : ''}`,
  'target-health-changed': ({ instanceId, state, reason }) =>
    `target ${instanceId} ${state}${reason ? `: ${reason}` : ''}`,
  'signal-received': ({ logicalId, uniqueId, status }) => `${logicalId} received ${status} from ${uniqueId}`,
  'scaling-activity': ({ description, cause }) => `${description} (${cause})`,
  'image-state-changed': ({ name, version, status, reason }) =>
    `image ${name} ${version} ${status}${reason ? `: ${reason}` : ''}`,
  'function-finished': ({ functionName, status, reason }) => `${functionName} ${status}${reason ? `: ${reason}` : ''}`,
  'branch-updated': ({ repository, branch, commitId }) => `${repository} ${branch} is at ${commitId}`,
};

/** The approval of an environment is a separate stage before it. */
function environmentOf(stage: string): string {
  return stage.replace(/^approve-/, '');
}

function actionKey({ executionId, stage, action }: { executionId: string; stage: string; action: string }): string {
  return `${executionId}/${stage}/${action}`;
}
