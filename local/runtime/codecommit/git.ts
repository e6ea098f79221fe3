import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The complete configuration for git here; git reads no configuration of the machine or the person.
 *
 * People push from shallow clones (`shallowUpdate`), a repository may belong to another user than the one who runs this
 * (`safe.directory`), and no process outlives its command (`autoDetach`). A push with malformed objects is refused
 * (`fsckObjects`): a tree can hold the same name twice, as a directory and as a link.
 * The three exceptions are harmless, and frequent in old histories.
 */
const CONFIGURATION = `[safe]
	directory = *
[http]
	receivepack = true
	uploadpack = true
	getanyfile = false
[receive]
	shallowUpdate = true
	fsckObjects = true
[receive "fsck"]
	badTimezone = ignore
	missingSpaceBeforeDate = ignore
	zeroPaddedFilemode = ignore
[gc]
	autoDetach = false
[maintenance]
	autoDetach = false
[core]
	hooksPath = /dev/null
[advice]
	detachedHead = false
`;

/** Result of a git command. `stderr` is git's message. */
export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the machine's git, and ends running commands when it is stopped. */
export class Git {
  private readonly running = new Set<ChildProcess>();
  private readonly configuration: string;

  constructor(private readonly directory: string) {
    this.configuration = join(directory, 'gitconfig');
    mkdirSync(directory, { recursive: true });
    writeFileSync(this.configuration, CONFIGURATION);
  }

  /** Returns the standard output of a command. Throws git's message if it fails. */
  async output(...command: string[]): Promise<Buffer> {
    const result = await this.run(command);
    if (result.exitCode !== 0) throw new Error(`git ${command.join(' ')}: ${result.stderr.trim() || result.exitCode}`);
    return result.stdout;
  }

  /** Runs a command to its end. Rejects only if git cannot be started. */
  run(command: readonly string[]): Promise<GitResult> {
    return new Promise((resolve, reject) => {
      const child = this.spawn(command, { stdio: ['ignore', 'pipe', 'pipe'] });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.once('error', reject);
      child.once('close', (code) =>
        resolve({ exitCode: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
      );
    });
  }

  /** Starts git in its own process group. `environment` is added to the clean one. */
  spawn(command: readonly string[], options: SpawnOptions, environment: Record<string, string> = {}): ChildProcess {
    const child = spawn('git', command, {
      ...options,
      cwd: this.directory,
      detached: true,
      env: { ...this.environment(), ...environment },
    });
    this.running.add(child);
    child.once('close', () => this.running.delete(child));
    child.once('error', () => this.running.delete(child));
    return child;
  }

  /** Ends every git process, its helpers included. */
  stop(): void {
    for (const child of this.running) if (child.pid) killGroup(child.pid);
  }

  private environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: this.directory,
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: this.configuration,
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
    };
  }
}

/** A group that has ended between the look and the kill is as good as killed. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
