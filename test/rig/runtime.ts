import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RuntimeAddress, runningRuntime } from '../../local/commands/state-directory';
import { askRuntime } from '../../local/commands/status';
import type { StatusReport } from '../../local/composition/status-report';
import { giveBuildCaches, keepBuildCaches } from './build-caches';
import type { Project } from './project';

/** Output of `npx server-pipeline status --local --json`. */
export type Status = RuntimeAddress & StatusReport;

/** Credentials and settings of the caller, unless a test has worse ones; a local run must never use any. */
const OTHER_PEOPLES_AWS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_PROFILE: 'production',
  AWS_REGION: 'us-gov-west-1',
};

/** One process, and no wrapper around it: what is killed is the runtime itself. */

/** Most scenarios are not about services that crash seconds later; the last of an option's values counts. */
const QUICK = ['--stable-seconds', '0'];

/** The runtime as a person runs it: a separate process, used through its command line and its endpoint. */
export class Runtime {
  readonly state = mkdtempSync(join(tmpdir(), 'state-'));
  private process: ChildProcess | undefined;
  private lines: string[] = [];
  private readonly waiting = new Set<() => void>();
  /** Clone URL of the only repository, while this process runs. */
  private cloneUrl: string | undefined;
  /** The execution of the last result of `ended`. */
  private lastEnded = '';

  constructor(
    private readonly project: Project,
    private readonly environment: Readonly<Record<string, string>> = OTHER_PEOPLES_AWS,
  ) {
    giveBuildCaches(this.state);
  }

  /** Starts it. Resolves when the first run on HEAD has ended, with how it ended. */
  async start(...args: string[]): Promise<string> {
    this.begin(...args);
    const ended = await this.ended();
    if (ended === 'succeeded') keepBuildCaches(this.state);
    return ended;
  }

  /** As `start`, without waiting for anything. */
  begin(...args: string[]): void {
    if (this.running) throw new Error('the runtime runs already');
    this.forget();
    this.cloneUrl = undefined;
    this.process = this.spawn('start', '--state', this.state, '--port', '0', ...QUICK, ...args);
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<{ code: number | null; output: string }> {
    this.lines = [];
    const child = this.spawn(...args, '--state', this.state);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: this.output };
  }

  get output(): string {
    return this.lines.join('\n');
  }

  get pid(): number {
    if (!this.process?.pid) throw new Error('the runtime is not running');
    return this.process.pid;
  }

  /** Returns the output of `npx server-pipeline status --local --json`, without a process of its own for each question. */
  async status(): Promise<Status> {
    const { address } = runningRuntime(this.state) ?? {};
    if (!address) throw new Error(`no runtime serves the state in ${this.state}`);
    return { ...address, ...(await askRuntime(address)) };
  }

  /** Forgets the output so far, so that later waits match only new lines. */
  forget(): void {
    this.lines = [];
  }

  /** Resolves with the first line that matches, earlier or later. Rejects if the runtime ends before. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.find((line) => pattern.test(line));
        if (!found && this.running) return;
        this.waiting.delete(look);
        if (found) resolve(found);
        else reject(new Error(`the runtime ended without a line like ${pattern}:\n${this.output}`));
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Resolves with `succeeded`, `failed` … when the execution that starts next has ended. */
  ended(): Promise<string> {
    return this.endOf(/^execution \w+ started/);
  }

  /** As `ended`, for the execution that rolls a failed stage back automatically. */
  rolledBack(): Promise<string> {
    return this.endOf(/^execution \w+ started \(AutomatedRollback\)/);
  }

  private async endOf(started: RegExp): Promise<string> {
    const id = /^execution (\w+)/.exec(await this.line(started))?.[1];
    const line = await this.line(new RegExp(`^execution ${id} (succeeded|failed|stopped|superseded|cancelled)`));
    this.lastEnded = id ?? '';
    return / (succeeded|failed|stopped|superseded|cancelled)/.exec(line)?.[1] ?? line;
  }

  /** Resolves when the execution that starts next has succeeded. Rejects with all that was printed if it has not. */
  async succeeded(): Promise<void> {
    const ended = await this.ended();
    if (ended !== 'succeeded') throw new Error(`the execution ${ended}:\n${this.output}`);
  }

  /** Why the execution failed that ended last, as its pipeline publishes it a moment later. */
  async cause(): Promise<string> {
    const heading = `cause of ${this.lastEnded}: `;
    return (await this.line(new RegExp(`^${heading}`))).slice(heading.length);
  }

  /**
   * Pastes a printed command into a fresh shell whose settings point to AWS. Resolves with its output; rejects if it
   * fails.
   */
  async paste(command: string): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], {
      cwd: this.project.directory,
      env: {
        PATH: process.env['PATH'],
        HOME: this.state,
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        ...OTHER_PEOPLES_AWS,
      },
    });
    return stdout + stderr;
  }

  /** Commits everything and pushes it; later waits match only output of this push. */
  async push(message: string): Promise<void> {
    this.project.commit(message);
    this.cloneUrl ??= (await this.status()).repositories[0]?.cloneUrl;
    this.forget();
    this.project.push(this.cloneUrl ?? '');
  }

  /** Pushes, and waits for the execution to end. */
  async deliver(message: string): Promise<string> {
    await this.push(message);
    return this.ended();
  }

  /** Kills it without a chance to clean up. Resolves when none of its children holds its output any more. */
  async kill(): Promise<void> {
    const child = this.running;
    child?.kill('SIGKILL');
    if (child) await once(child, 'close');
  }

  /** Ends it as a person does. Its state stays. */
  async end(): Promise<void> {
    const child = this.running;
    child?.kill('SIGTERM');
    if (child) await once(child, 'close');
  }

  /** Ends it as a person does, and removes its state. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.state, { recursive: true, force: true });
  }

  private get running(): ChildProcess | undefined {
    const ended = this.process?.exitCode !== null || this.process.signalCode !== null;
    return ended ? undefined : this.process;
  }

  private spawn(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [join(this.project.directory, 'bin/server-pipeline.js'), ...args], {
      cwd: this.project.directory,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        this.lines.push(...parts);
        this.look();
      });
    }
    child.on('close', () => this.look());
    return child;
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }
}
