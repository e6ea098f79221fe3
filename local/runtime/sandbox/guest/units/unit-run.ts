import { chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Cancel, Clock } from '../../../../kernel/clock';
import { messageOf } from '../../../../kernel/failure';
import type { Flow } from '../../../../kernel/lines';
import { accountOf, groupIdOf } from '../accounts';
import { processesWith, signalProcess } from '../processes';
import type { ProcessOutcome } from './outcome';
import type { ServiceSettings } from './settings';
import { startProcess, type UnitProcess } from './unit-process';
import { parseEnvironmentFile, type UnitCommand } from './values';

export interface UnitRunOptions {
  readonly settings: ServiceSettings;
  /** In the environment of all its processes, by which they are known. */
  readonly invocation: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly singleUid: boolean;
  readonly clock: Clock;
  say(from: string, line: string): Flow;
}

/** Milliseconds between two looks for a unit's remaining processes. */
const LOOK_EVERY_MS = 20;

/** One run of a service, from its start to the end of its last process. */
export class UnitRun {
  main: UnitProcess | undefined;
  private readonly environment: Record<string, string>;

  /** Creates its directories. Throws if an environment file or a user is missing. */
  constructor(readonly options: UnitRunOptions) {
    const { settings, environment, invocation } = options;
    this.environment = { ...environment, ...settings.environment, INVOCATION_ID: invocation };
    for (const { path, optional } of settings.environmentFiles) this.readEnvironment(path, optional);
    for (const { variable, path } of settings.directories) {
      const before = this.environment[variable];
      this.environment[variable] = before ? `${before}:${path}` : path;
    }
    this.makeDirectories();
  }

  spawn(command: UnitCommand, also: Readonly<Record<string, string>> = {}): UnitProcess {
    const { settings, singleUid, say } = this.options;
    const main: Record<string, string> = this.main ? { MAINPID: String(this.main.pid) } : {};
    const environment = { ...this.environment, ...main, ...also };
    return startProcess({ settings, command, singleUid, say, environment });
  }

  /** The command finds `also` in its environment. */
  async runToEnd(
    command: UnitCommand,
    limitMilliseconds: number,
    also?: Readonly<Record<string, string>>,
  ): Promise<ProcessOutcome> {
    const child = this.spawn(command, also);
    if (limitMilliseconds === Number.POSITIVE_INFINITY) return child.ended;
    let cancel: Cancel | undefined;
    const late = new Promise<ProcessOutcome>((resolve) => {
      cancel = this.options.clock.limit(limitMilliseconds, () => {
        if (child.pid) signalProcess(child.pid, 'SIGKILL');
        resolve({ kind: 'timeout' });
      });
    });
    const outcome = await Promise.race([child.ended, late]);
    cancel?.();
    return outcome;
  }

  /** Ends its processes by `KillMode=`. False if `TimeoutStopSec=` expired first. */
  async killAll(): Promise<boolean> {
    const { settings, clock } = this.options;
    const { killMode, timeoutStop } = settings;
    if (killMode === 'none') return true;
    const main = () => this.processes().filter((pid) => pid === this.main?.pid);
    const chosen = killMode === 'control-group' ? () => this.processes() : main;
    for (const pid of chosen()) signalProcess(pid, settings.killSignal);
    let waited = 0;
    for (; chosen().length > 0 && waited < timeoutStop; waited += LOOK_EVERY_MS) await clock.sleep(LOOK_EVERY_MS);
    for (const pid of killMode === 'process' ? main() : this.processes()) signalProcess(pid, 'SIGKILL');
    return waited < timeoutStop;
  }

  removeFleeting(): void {
    for (const { path, fleeting } of this.options.settings.directories) {
      if (fleeting) rmSync(path, { recursive: true, force: true });
    }
  }

  private processes(): number[] {
    return processesWith(`INVOCATION_ID=${this.options.invocation}`);
  }

  private readEnvironment(path: string, optional: boolean): void {
    try {
      Object.assign(this.environment, parseEnvironmentFile(readFileSync(path, 'utf8')));
    } catch (error) {
      if (!optional) throw new Error(`Failed to load environment file ${path}: ${messageOf(error)}`);
    }
  }

  private makeDirectories(): void {
    const { settings, singleUid } = this.options;
    const { user, group, directories } = settings;
    for (const { path, mode } of directories) {
      mkdirSync(path, { recursive: true, mode });
      if (!user || singleUid) continue;
      const account = accountOf(user);
      chownSync(path, account.uid, group ? groupIdOf(group) : account.gid);
    }
  }
}
