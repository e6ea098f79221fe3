import { execFile } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuildMachine } from './machines';
import { MarkedStream } from './marked-stream';

const run = promisify(execFile);

export interface ShellOptions {
  readonly machine: BuildMachine;
  /** The directory by which shell and builder talk: on this machine, and inside. */
  readonly control: { readonly host: string; readonly guest: string };
  readonly program: 'sh' | 'bash';
  readonly user: string;
  readonly directory: string;
  readonly environment: Record<string, string>;
  /** Appears in no output but as a mark. */
  readonly nonce: string;
  output(text: string): void;
}

/** End of a command. `lost`: the machine is gone, and the result is unknown. */
export type CommandEnd = { readonly exitCode: number } | { readonly lost: string };

/** One long-lived shell inside a machine, that takes a command at a time (B2). */
export class Shell {
  private readonly stream: MarkedStream;
  private commands = -1;
  private finish: ((end: CommandEnd) => void) | undefined;
  private lost: string | undefined;

  private constructor(private readonly options: ShellOptions) {
    this.stream = new MarkedStream(options.nonce, {
      text: (text) => options.output(text),
      mark: (mark) => this.marked(mark),
    });
  }

  /** Starts a shell. One that was closed before it on the same control directory has left it its state. */
  static async open(options: ShellOptions): Promise<Shell> {
    const shell = new Shell(options);
    await prepare(options.control.host);
    // Opened for reading and writing, so that neither end waits for the other to open it.
    shell.commands = openSync(join(options.control.host, 'commands'), constants.O_RDWR | constants.O_NONBLOCK);
    const { control, program, user, directory, environment, machine } = options;
    machine
      .exec({
        command: ['/bin/sh', `${control.guest}/outer.sh`, control.guest, program, options.nonce],
        environment,
        directory,
        user,
        onOutput: (chunk) => shell.stream.write(chunk),
      })
      .then(
        ({ signal }) => shell.ended(`the build machine ended${signal ? ` by ${signal}` : ''}`),
        (error: Error) => shell.ended(error.message),
      );
    return shell;
  }

  /** Runs a command (of any number of lines) to its end. All that it wrote has been handed to `output` by then. */
  run(command: string): Promise<CommandEnd> {
    writeFileSync(join(this.options.control.host, 'script.sh'), `${command}\n`, { mode: 0o644 });
    return this.tell('run');
  }

  /** Sets and exports a variable; the value is of letters and digits. */
  async set(name: string, value: string): Promise<void> {
    await this.quietly(`export ${name}=${value}`);
  }

  /** The values of those variables that are set. */
  async values(names: readonly string[]): Promise<Record<string, string>> {
    const { host } = this.options.control;
    if (names.length === 0) return {};
    const lines = names.map((name) => `[ -z "\${${name}+set}" ] || printf %s "$${name}" >| "$__control/value-${name}"`);
    await this.quietly(lines.join('\n'));
    const set = names.filter((name) => existsSync(join(host, `value-${name}`)));
    return Object.fromEntries(set.map((name) => [name, readFileSync(join(host, `value-${name}`), 'utf8')]));
  }

  /** Ends the shell; its background processes continue. */
  async close(): Promise<void> {
    if (this.lost === undefined) await this.tell('close');
    if (this.commands >= 0) closeSync(this.commands);
    this.commands = -1;
    this.lost ??= 'the shell is closed';
  }

  /** Runs something of the builder's own, of which even `set -x` shows nothing. */
  quietly(commands: string): Promise<CommandEnd> {
    return this.run(`{\n${commands}\n} 2> /dev/null`);
  }

  private tell(word: string): Promise<CommandEnd> {
    if (this.lost !== undefined) return Promise.resolve({ lost: this.lost });
    return new Promise((resolve) => {
      this.finish = resolve;
      writeSync(this.commands, `${word}\n`);
    });
  }

  /** A mark follows all output of its command: `done 0`, or `end 3` if the command ended the shell. */
  private marked(mark: string): void {
    const finish = this.finish;
    this.finish = undefined;
    finish?.({ exitCode: Number(mark.split(' ')[1]) });
  }

  private ended(reason: string): void {
    this.lost ??= reason;
    this.finish?.({ lost: this.lost });
    this.finish = undefined;
  }
}

/** The shell may run as any user: all of it can be written by all, inside a directory that only the build sees. */
async function prepare(host: string): Promise<void> {
  mkdirSync(host, { recursive: true });
  chmodSync(host, 0o777);
  rmSync(join(host, 'closed'), { force: true });
  for (const name of ['outer.sh', 'inner.sh']) copyFileSync(join(__dirname, 'guest', name), join(host, name));
  for (const name of ['commands', 'marks']) {
    rmSync(join(host, name), { force: true });
    await run('mkfifo', ['-m', '666', join(host, name)]);
  }
  const state = join(host, 'state.sh');
  writeFileSync(state, '', { flag: 'a' });
  chmodSync(state, 0o666);
}
