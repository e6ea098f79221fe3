import type { Cancel, Clock } from '../../../../kernel/clock';
import { messageOf } from '../../../../kernel/failure';
import type { Ids } from '../../../../kernel/ids';
import type { Flow } from '../../../../kernel/lines';
import { describe, type ProcessOutcome, type Result, restarts, resultOf } from './outcome';
import type { ServiceSettings } from './settings';
import type { UnitProcess } from './unit-process';
import { UnitRun } from './unit-run';
import type { UnitCommand } from './values';

/**
 *                     ┌────────────── auto-restart ◄──────────────┐
 *                     ▼                                           │ Restart=
 *   dead ──start──► start-pre ─► start ─► start-post ─► running ──┤
 *     ▲               │             └─(oneshot)─► exited │        │
 *     │               └──────── a command fails ─────────┼────────┤
 *     │                                                stop       │
 *     │                                                  ▼        ▼
 *     └───────────────────────────────────────── stop-sigterm   failed
 */
export type SubState =
  | 'dead'
  | 'start-pre'
  | 'start'
  | 'start-post'
  | 'running'
  | 'exited'
  | 'stop'
  | 'stop-sigterm'
  | 'auto-restart'
  | 'failed';

/** systemd's `ActiveState` of each `SubState`. */
export const ACTIVE_STATES: Readonly<Record<SubState, string>> = {
  dead: 'inactive',
  'start-pre': 'activating',
  start: 'activating',
  'start-post': 'activating',
  running: 'active',
  exited: 'active',
  stop: 'deactivating',
  'stop-sigterm': 'deactivating',
  'auto-restart': 'activating',
  failed: 'failed',
};

export interface ServiceOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly environment: Readonly<Record<string, string>>;
  readonly singleUid: boolean;
  /** Reads the unit's file again. Throws for unsupported settings. */
  settings(): ServiceSettings;
  say(from: string, line: string): Flow;
}

/** One service unit, supervised as systemd does. */
export class ServiceUnit {
  state: SubState = 'dead';
  result: Result = 'success';
  restartCount = 0;
  since: Date;
  lastMain: ProcessOutcome | undefined;
  lastMainPid = 0;
  private run: UnitRun | undefined;
  private stopping = false;
  private starting: Promise<boolean> | undefined;
  /** Set during the clean-up of a process that ended by itself. */
  private ending: Promise<void> | undefined;
  private cancelRestart: Cancel | undefined;
  private starts: number[] = [];

  constructor(readonly options: ServiceOptions) {
    this.since = options.clock.now();
  }

  get mainPid(): number {
    return this.run?.main?.pid ?? 0;
  }

  /** True when it has started (a oneshot: when it is done). */
  start(): Promise<boolean> {
    if (this.state === 'running' || this.state === 'exited') return Promise.resolve(true);
    if (this.starting) return this.starting;
    this.cancelRestart?.();
    this.restartCount = 0;
    return this.attempt();
  }

  async stop(): Promise<void> {
    if (this.state === 'dead' || this.state === 'failed') return;
    this.stopping = true;
    this.cancelRestart?.();
    // Its commands after the end are under way already, and run once.
    if (this.ending) return this.ending;
    const run = this.run;
    if (this.state === 'auto-restart' || !run) return this.enter('dead');
    if (this.state === 'running' || this.state === 'exited') {
      this.enter('stop');
      await this.stopCommands(run);
    }
    this.enter('stop-sigterm');
    const inTime = await run.killAll();
    if (!inTime) this.say(`State 'stop-sigterm' timed out. Killing.`);
    const outcome = await run.main?.ended;
    // A running start ends with the killed process.
    await this.starting;
    await this.finish(run, !inTime ? 'timeout' : outcome ? resultOf(outcome, run.options.settings, true) : 'success');
    this.say(`Stopped ${this.title(run)}.`);
  }

  /** False if the unit is not running, has no `ExecReload=`, or if that fails. */
  async reload(): Promise<boolean> {
    const run = this.run;
    if (this.state !== 'running' || !run?.options.settings.reload.length) return false;
    for (const command of run.options.settings.reload) {
      const outcome = await run.runToEnd(command, run.options.settings.timeoutStart);
      if (!command.ignoresFailure && resultOf(outcome, run.options.settings, false) !== 'success') return false;
    }
    return true;
  }

  /** Forgets a failure and the count of starts. */
  resetFailed(): void {
    this.starts = [];
    this.result = 'success';
    if (this.state === 'failed') this.enter('dead');
  }

  private attempt(): Promise<boolean> {
    this.starting = this.tryStart().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async tryStart(): Promise<boolean> {
    this.stopping = false;
    const run = this.begin();
    if (!run) return false;
    this.run = run;
    const failure = (await this.runAll(run, 'start-pre')) ?? (await this.launch(run));
    if (this.stopping) return false;
    if (failure === undefined) return true;
    this.say(`Failed to start ${this.title(run)}.`);
    await this.finish(run, failure);
    return false;
  }

  private begin(): UnitRun | undefined {
    const { ids, settings: read, ...options } = this.options;
    try {
      const settings = read();
      if (!this.withinStartLimit(settings)) {
        // As with systemd, the result of the last run stays.
        this.say('Start request repeated too quickly.');
        this.fail(this.result === 'success' ? 'start-limit-hit' : this.result);
        return undefined;
      }
      this.result = 'success';
      this.lastMain = undefined;
      return new UnitRun({ ...options, settings, invocation: ids.hex(32) });
    } catch (error) {
      this.say(messageOf(error));
      this.fail('resources');
      return undefined;
    }
  }

  private fail(result: Result): void {
    this.result = result;
    this.enter('failed');
    this.say(`Failed with result '${result}'.`);
    this.say(`Failed to start ${this.title(this.run)}.`);
  }

  /** The result that stands in the way of having started, or undefined. */
  private async launch(run: UnitRun): Promise<Result | undefined> {
    const { settings } = run.options;
    if (settings.type === 'oneshot') {
      const failure = (await this.runAll(run, 'start')) ?? (await this.runAll(run, 'start-post'));
      if (failure || this.stopping) return failure;
      if (settings.remainAfterExit) this.enter('exited');
      else await this.finish(run, 'success');
      this.say(`Finished ${this.title(run)}.`);
      return undefined;
    }
    this.enter('start');
    const main = run.spawn(settings.start[0] as UnitCommand);
    run.main = main;
    this.lastMainPid = main.pid;
    void main.ended.then((outcome) => this.mainEnded(run, main, outcome));
    // `simple` has started once it was forked, `exec` once the program was executed.
    if (main.pid === 0 && settings.type === 'exec') return resultOf(await main.ended, settings, false);
    const failure = await this.runAll(run, 'start-post');
    if (failure || this.stopping) return failure;
    this.enter('running');
    this.say(`Started ${this.title(run)}.`);
    return undefined;
  }

  private async mainEnded(run: UnitRun, main: UnitProcess, outcome: ProcessOutcome): Promise<void> {
    const result = resultOf(outcome, run.options.settings, true);
    this.lastMain = outcome;
    if (result !== 'success') this.say(`Main process exited, ${describe(outcome)}`);
    if (this.starting) await this.starting;
    if (this.stopping || run.main !== main) return;
    this.ending = this.stopCommands(run)
      .then(() => this.finish(run, result))
      .finally(() => {
        this.ending = undefined;
      });
    await this.ending;
  }

  private async finish(run: UnitRun, result: Result): Promise<void> {
    const { settings } = run.options;
    await run.killAll();
    run.main = undefined;
    const variables = { SERVICE_RESULT: result };
    for (const command of settings.stopPost) await run.runToEnd(command, settings.timeoutStop, variables);
    run.removeFleeting();
    this.result = result;
    this.say(result === 'success' ? 'Deactivated successfully.' : `Failed with result '${result}'.`);
    if (!this.stopping && restarts(settings, result, this.lastMain)) return this.planRestart(settings);
    this.enter(result === 'success' ? 'dead' : 'failed');
  }

  private planRestart(settings: ServiceSettings): void {
    this.enter('auto-restart');
    if (settings.restartAfter === Number.POSITIVE_INFINITY) return;
    this.cancelRestart = this.options.clock.limit(settings.restartAfter, () => {
      this.restartCount++;
      this.say(`Scheduled restart job, restart counter is at ${this.restartCount}.`);
      void this.attempt();
    });
  }

  private withinStartLimit({ startLimit }: ServiceSettings): boolean {
    const now = this.options.clock.monotonic();
    this.starts = this.starts.filter((start) => now - start < startLimit.interval);
    if (startLimit.burst > 0 && startLimit.interval > 0 && this.starts.length >= startLimit.burst) return false;
    this.starts.push(now);
    return true;
  }

  private async runAll(run: UnitRun, state: 'start-pre' | 'start' | 'start-post'): Promise<Result | undefined> {
    const { settings } = run.options;
    const commands = { 'start-pre': settings.startPre, start: settings.start, 'start-post': settings.startPost }[state];
    for (const command of commands) {
      if (this.stopping) return undefined;
      this.enter(state);
      const outcome = await run.runToEnd(command, settings.timeoutStart);
      if (state === 'start') this.lastMain = outcome;
      const result = resultOf(outcome, settings, state === 'start');
      if (result === 'success' || command.ignoresFailure) continue;
      this.say(`${state === 'start' ? 'Main' : 'Control'} process exited, ${describe(outcome)}`);
      return result;
    }
    return undefined;
  }

  private async stopCommands(run: UnitRun): Promise<void> {
    for (const command of run.options.settings.stop) await run.runToEnd(command, run.options.settings.timeoutStop);
  }

  private enter(state: SubState): void {
    if (this.state !== state) this.since = this.options.clock.now();
    this.state = state;
  }

  private title(run: UnitRun | undefined): string {
    const { name } = this.options;
    const description = run?.options.settings.description ?? name;
    return description === name ? name : `${name} - ${description}`;
  }

  private say(line: string): void {
    const prefix = /^(Started|Stopped|Finished|Failed to start) /.test(line) ? '' : `${this.options.name}: `;
    this.options.say('systemd[1]', prefix + line);
  }
}
