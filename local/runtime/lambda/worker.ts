import { messageOf } from '../../kernel/failure';
import { eachLine } from '../../kernel/lines';
import type { ExecResult, GuestProcess, Processes, ProcessSpec } from '../../kernel/machines';
import { type FunctionErrorPayload, type Invoke, LONGEST_FROM_FUNCTION, readFromFunction } from './messages';

/** Result of an invocation in its process. */
export type WorkerResult =
  | { readonly payload: string; readonly maxRssKilobytes: number }
  | { readonly error: FunctionErrorPayload; readonly maxRssKilobytes: number };

export interface WorkerOptions {
  readonly processes: Processes;
  readonly spec: ProcessSpec;
  log(line: string): void;
}

/**
 * An execution environment: one Node.js process in a sandbox, which runs one invocation of a function at a time. Unlike
 * on AWS, it is not frozen between invocations.
 */
export class Worker {
  /** Resolves when the handler is loaded, with an error if it cannot be. */
  readonly initialized: Promise<FunctionErrorPayload | undefined>;
  private process: GuestProcess | undefined;
  private settle: ((result: WorkerResult) => void) | undefined;
  private initialize: (error: FunctionErrorPayload | undefined) => void = () => {};
  private ended = false;
  private maxRssKilobytes = 0;

  constructor(private readonly options: WorkerOptions) {
    this.initialized = new Promise((resolve) => {
      this.initialize = resolve;
    });
    options.processes.run(options.spec).then(
      (process) => this.listen(process),
      (error) => this.fail('Runtime.StartError', messageOf(error)),
    );
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** Runs one invocation. Resolves in any case: the end of the process is a result too. */
  invoke(message: Invoke): Promise<WorkerResult> {
    return new Promise((resolve) => {
      this.settle = resolve;
      if (this.ended) return this.exited({ exitCode: null });
      this.process?.channel.write(`${JSON.stringify(message)}\n`);
    });
  }

  /** Kills the process, and all that it has started. Its invocation ends with an error. */
  kill(): void {
    this.ended = true;
    void this.process?.kill();
  }

  private listen(process: GuestProcess): void {
    this.process = process;
    for (const stream of [process.stdout, process.stderr]) eachLine(stream, (line) => void this.options.log(line));
    eachLine(process.channel, (line) => void this.hear(line), {
      longest: LONGEST_FROM_FUNCTION,
      tooLong: () => this.refuse('a message without an end'),
    });
    // A process that ends breaks its channel; its exit is the report.
    process.channel.on('error', () => {});
    void process.ended.then((end) => this.exited(end));
    // It was killed before it had started.
    if (this.ended) this.kill();
  }

  /** A function can write anything to its channel. What its bootstrap cannot have sent ends it, and nothing else. */
  private refuse(reason: string): void {
    this.fail('Runtime.ExitError', `Error: Runtime exited with error: ${reason} on the channel of the runtime`);
    this.kill();
  }

  private hear(line: string): void {
    const message = readFromFunction(line);
    if (!message) return this.refuse('a malformed message');
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

  private exited({ exitCode, signal }: ExecResult): void {
    const how = signal ? `signal: ${signal}` : `exit status ${exitCode ?? 'unknown'}`;
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
