import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../kernel/failure';
import type { BuildMachine } from './machines';
import { MarkedStream } from './marked-stream';

export interface ShellOptions {
  readonly machine: BuildMachine;
  /**
   * The directory inside by which shell and builder talk. The builder reads and writes it only through commands inside,
   * because the build can put links there.
   */
  readonly control: string;
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

/** The values that a build exports have together at most so many characters, in base64 (*choice*). */
const MOST_CHARACTERS = 1024 * 1024;

/** Scripts for commands of the builder inside; their first parameter is the control directory. */
const INSIDE = {
  /** The shell may run as any user: all of it can be written by all. */
  prepare: `cd "$1" && chmod 777 . && rm -f closed commands marks && mkfifo -m 666 commands marks &&
printf %s "$2" > outer.sh && printf %s "$3" > inner.sh && : >> state.sh && chmod 666 state.sh`,
  run: 'cat > "$1/script.sh" && echo run > "$1/commands"',
  close: 'echo close > "$1/commands"',
  values: `cd "$1" && shift && for name; do [ ! -f "value-$name" ] ||
printf '%s %s\\n' "$name" "$(base64 -w 0 < "value-$name")"; done`,
};

/** One long-lived shell inside a machine, that takes a command at a time (B2). */
export class Shell {
  private readonly stream: MarkedStream;
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
    const { control, program, user, directory, environment, machine } = options;
    const [outer, inner] = ['outer.sh', 'inner.sh'].map((name) => readFileSync(join(__dirname, 'guest', name), 'utf8'));
    await shell.inside('prepare', [outer ?? '', inner ?? '']);
    machine
      .exec({
        command: ['/bin/sh', `${control}/outer.sh`, control, program, options.nonce],
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
    return this.order('run', `${command}\n`);
  }

  /** Sets and exports a variable; the value is of letters and digits. */
  async set(name: string, value: string): Promise<void> {
    await this.quietly(`export ${name}=${value}`);
  }

  /** The values of those variables that are set. Throws if they are too long. */
  async values(names: readonly string[]): Promise<Record<string, string>> {
    if (names.length === 0) return {};
    const lines = names.map((name) => `[ -z "\${${name}+set}" ] || printf %s "$${name}" >| "$__control/value-${name}"`);
    await this.quietly(lines.join('\n'));
    const set = (await this.inside('values', names)).split('\n').map((line) => line.split(' '));
    const values = new Map(set.map(([name = '', value = '']) => [name, Buffer.from(value, 'base64').toString()]));
    return Object.fromEntries(names.flatMap((name) => (values.has(name) ? [[name, values.get(name) ?? '']] : [])));
  }

  /** Ends the shell; its background processes continue. */
  async close(): Promise<void> {
    if (this.lost === undefined) await this.order('close');
    this.lost ??= 'the shell is closed';
  }

  /** Runs something of the builder's own, of which even `set -x` shows nothing. */
  quietly(commands: string): Promise<CommandEnd> {
    return this.run(`{\n${commands}\n} 2> /dev/null`);
  }

  private order(order: 'run' | 'close', input?: string): Promise<CommandEnd> {
    if (this.lost !== undefined) return Promise.resolve({ lost: this.lost });
    return new Promise((resolve) => {
      this.finish = resolve;
      this.inside(order, [], input).catch((error) => this.ended(messageOf(error)));
    });
  }

  /** Runs a script of the builder inside. Returns its output; throws if it fails, or if its output is too long. */
  private async inside(script: keyof typeof INSIDE, parameters: readonly string[], input?: string): Promise<string> {
    const { machine, control } = this.options;
    const tooLong = new AbortController();
    let output = '';
    const { exitCode } = await machine.exec({
      command: ['/bin/sh', '-c', INSIDE[script], 'sh', control, ...parameters],
      input,
      signal: tooLong.signal,
      onOutput: (chunk) => {
        output += chunk;
        if (output.length > MOST_CHARACTERS) tooLong.abort();
      },
    });
    if (tooLong.signal.aborted) throw new Error('the values of the exported variables are too long');
    if (exitCode !== 0) throw new Error(`the builder could not ${script} a command in the machine: ${output.trim()}`);
    return output;
  }

  /** A mark follows all output of its command: `done 0`, or `end 3` if the command ended the shell. */
  private marked(mark: string): void {
    const [, exitCode] = /^(?:done|end) (\d{1,3})$/.exec(mark) ?? [];
    if (exitCode === undefined) return this.ended('the shell of the build sent a malformed mark');
    const finish = this.finish;
    this.finish = undefined;
    finish?.({ exitCode: Number(exitCode) });
  }

  private ended(reason: string): void {
    this.lost ??= reason;
    this.finish?.({ lost: this.lost });
    this.finish = undefined;
  }
}
