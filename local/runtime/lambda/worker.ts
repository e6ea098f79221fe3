import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { eachLine, type FromFunction, type FunctionErrorPayload, type Invoke } from './messages';

/** Result of an invocation in its process. */
export type WorkerResult =
  | { readonly payload: string; readonly maxRssKilobytes: number }
  | { readonly error: FunctionErrorPayload; readonly maxRssKilobytes: number };

export interface WorkerOptions {
  /** The bundled bootstrap. */
  readonly program: string;
  readonly memoryMegabytes: number;
  /** The code of the function. */
  readonly directory: string;
  /** The complete environment. */
  readonly environment: Record<string, string>;
  log(line: string): void;
}

/**
 * An execution environment: one Node.js process that runs one invocation of a function at a time. Unlike on AWS, it is
 * not frozen between invocations.
 */
export class Worker {
  /** Resolves when the handler is loaded, with an error if it cannot be. */
  readonly initialized: Promise<FunctionErrorPayload | undefined>;
  private readonly child: ChildProcess;
  private readonly channel: Socket;
  private settle: ((result: WorkerResult) => void) | undefined;
  private initialize: (error: FunctionErrorPayload | undefined) => void = () => {};
  private ended = false;
  private maxRssKilobytes = 0;

  constructor(private readonly options: WorkerOptions) {
    const { program, memoryMegabytes, directory, environment } = options;
    const command = [process.execPath, `--max-old-space-size=${memoryMegabytes}`, program];
    // A function that never yields would not notice that the runtime was killed: the kernel ends it.
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.initialized = new Promise((resolve) => {
      this.initialize = resolve;
    });
    this.channel = this.child.stdio[3] as unknown as Socket;
    this.listen();
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** Runs one invocation. Resolves in any case: the end of the process is a result too. */
  invoke(message: Invoke): Promise<WorkerResult> {
    return new Promise((resolve) => {
      this.settle = resolve;
      if (this.ended) return this.exited(null, null);
      this.channel.write(`${JSON.stringify(message)}\n`);
    });
  }

  /** Kills the process and its children. Its invocation ends with an error. */
  kill(): void {
    this.ended = true;
    killGroup(this.child.pid);
  }

  private listen(): void {
    for (const stream of [this.child.stdout, this.child.stderr]) {
      const lines = eachLine((line) => this.options.log(line));
      stream?.setEncoding('utf8').on('data', (chunk) => lines.push(String(chunk)));
      stream?.on('end', () => lines.flush());
    }
    const messages = eachLine((line) => this.hear(JSON.parse(line) as FromFunction));
    this.channel.setEncoding('utf8').on('data', (chunk) => messages.push(String(chunk)));
    // A process that ends breaks its channel; its exit event reports the end.
    this.channel.on('error', () => {});
    this.child.once('error', (error) => this.fail('Runtime.StartError', error.message));
    // Its children may keep its streams open for ever.
    this.child.once('exit', () => killGroup(this.child.pid));
    this.child.once('close', (code, signal) => this.exited(code, signal));
  }

  private hear(message: FromFunction): void {
    if ('maxRssKilobytes' in message) this.maxRssKilobytes = message.maxRssKilobytes;
    switch (message.type) {
      case 'ready':
        return this.initialize(undefined);
      case 'log':
        return this.options.log(message.text);
      case 'result':
        return this.finish({ payload: message.payload, maxRssKilobytes: message.maxRssKilobytes });
      case 'error':
        if (message.fatal) this.ended = true;
        this.initialize(message.error);
        return this.finish({ error: message.error, maxRssKilobytes: message.maxRssKilobytes });
    }
  }

  private exited(code: number | null, signal: string | null): void {
    const how = signal ? `signal: ${signal}` : `exit status ${code ?? 'unknown'}`;
    this.fail('Runtime.ExitError', `Error: Runtime exited with error: ${how}`);
  }

  private fail(errorType: string, errorMessage: string): void {
    this.ended = true;
    const error = { errorType, errorMessage };
    this.initialize(error);
    this.finish({ error, maxRssKilobytes: this.maxRssKilobytes });
  }

  /**
   * Ends the invocation. Output that was written to the streams before has arrived after one turn of the event loop.
   */
  private finish(result: WorkerResult): void {
    const settle = this.settle;
    this.settle = undefined;
    if (settle) setImmediate(() => settle(result));
  }
}

/** A missing group counts as killed. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
