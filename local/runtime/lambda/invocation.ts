import type { CodeStore } from './code';
import type { FunctionErrorPayload } from './messages';
import type { FunctionsOptions } from './options';
import type { Environment } from './pool';
import type { FunctionRecord } from './records';
import { Worker, type WorkerResult } from './worker';
import { functionArn, RUNTIME_ROOT, TASK_ROOT, workerEnvironment } from './worker-environment';

/** Result of an invocation, for its caller. */
export interface Invocation {
  readonly requestId: string;
  /** JSON: the handler's result, or the error. */
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  /** The lines that it wrote to the log. */
  readonly log: readonly string[];
}

/** Time limit of loading a handler. */
const INIT_LIMIT_MS = 10_000;
/** Credentials are not used when they have less than this to live: the longest invocation. */
const CREDENTIALS_MARGIN_MS = 15 * 60_000;

/** Node.js inside, and the certificates that a function trusts. */
const NODE = '/run/guest/node';
const TRUST_FILE = '/var/trust.pem';

/** Memory beyond the setting: Node.js of this machine is not Lambda's, and `/tmp` is in memory (*choice*). */
const OWN_MEGABYTES = 128 + 512;

/** Size of `/tmp`: Lambda's default. */
const EPHEMERAL_STORAGE_MEGABYTES = 512;

/** Starts the processes of functions and runs single invocations in them. */
export class Runner {
  /** Listeners for the output of each process: its current invocation. */
  private readonly listeners = new Map<string, (line: string) => void>();

  constructor(
    private readonly options: FunctionsOptions,
    private readonly code: CodeStore,
  ) {}

  /** Starts a process and waits until its handler is loaded, or cannot be. */
  async start(record: FunctionRecord): Promise<Environment> {
    const { clock, ids, roles, access, scope, logs, variables, trustFile } = this.options;
    const trusted = trustFile === undefined ? [] : [{ source: trustFile, target: TRUST_FILE, readOnly: true }];
    const credentials = roles.assume(record.role, record.functionName, 'lambda.amazonaws.com');
    const date = clock.now().toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${date}/[$LATEST]${ids.hex(32)}`;
    const began = clock.monotonic();
    const worker = new Worker({
      processes: this.options.processes,
      spec: {
        id: `${record.functionName}-${ids.hex(16)}`,
        command: [NODE, `--max-old-space-size=${record.memoryMegabytes}`, `${RUNTIME_ROOT}/bootstrap.cjs`],
        directory: TASK_ROOT,
        mounts: [...(await this.code.mounts(record.code.directory)), ...trusted],
        memoryMegabytes: record.memoryMegabytes + OWN_MEGABYTES,
        temporaryMegabytes: EPHEMERAL_STORAGE_MEGABYTES,
        environment: workerEnvironment({
          record,
          scope,
          logStream,
          access: {
            ...access.environment(credentials),
            ...(trustFile && { NODE_EXTRA_CA_CERTS: TRUST_FILE }),
            ...variables,
          },
        }),
      },
      log: (line) => {
        logs.write(record.logGroup, logStream, [line]);
        this.listeners.get(logStream)?.(line);
      },
    });
    const failure = await this.initialized(worker);
    return {
      worker,
      revisionId: record.revisionId,
      logStream,
      usableUntil: (credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - CREDENTIALS_MARGIN_MS,
      initMilliseconds: clock.monotonic() - began,
      failure,
    };
  }

  /** Runs one invocation in an environment, with the lines that Lambda writes around it. */
  async run(record: FunctionRecord, environment: Environment, payload: string): Promise<Invocation> {
    const { clock, ids, bus, logs } = this.options;
    const requestId = ids.uuid();
    const { functionName } = record;
    const log: string[] = [];
    const { logStream } = environment;
    const say = (line: string) => {
      logs.write(record.logGroup, logStream, [line]);
      log.push(line);
    };
    bus.emit({ type: 'function-invoked', functionName, requestId });
    say(`START RequestId: ${requestId} Version: $LATEST`);
    this.listeners.set(logStream, (line) => log.push(line));
    const began = clock.monotonic();
    const result = await this.result(record, environment, { requestId, payload, say });
    this.listeners.delete(logStream);
    say(`END RequestId: ${requestId}`);
    say(reportLine(record, requestId, { environment, result, milliseconds: clock.monotonic() - began }));
    environment.initMilliseconds = undefined;
    const reason = 'error' in result ? `${result.error.errorType}: ${result.error.errorMessage}` : undefined;
    const status = reason === undefined ? 'succeeded' : 'failed';
    bus.emit({ type: 'function-finished', functionName, requestId, status, ...(reason && { reason }) });
    if ('payload' in result) return { requestId, payload: result.payload, log };
    return { requestId, payload: JSON.stringify(result.error), functionError: 'Unhandled', log };
  }

  private async initialized(worker: Worker): Promise<FunctionErrorPayload | undefined> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.limit(INIT_LIMIT_MS, () => {
        worker.kill();
        resolve({ errorType: 'Sandbox.Timedout', errorMessage: 'Error: Init timed out after 10.00 seconds' });
      });
      void worker.initialized.then((error) => {
        cancel();
        resolve(error);
      });
    });
  }

  /** Returns the first of: the handler's end, the process's, and the time limit. */
  private result(
    record: FunctionRecord,
    { worker, failure }: Environment,
    { requestId, payload, say }: { requestId: string; payload: string; say(line: string): void },
  ): Promise<WorkerResult> {
    const located = (error: FunctionErrorPayload): FunctionErrorPayload =>
      /^(Sandbox|Runtime\.(Exit|Start))/.test(error.errorType)
        ? { ...error, errorMessage: `RequestId: ${requestId} ${error.errorMessage}` }
        : error;
    if (failure) return Promise.resolve({ error: located(failure), maxRssKilobytes: 0 });
    const { timeoutSeconds } = record;
    return new Promise((resolve) => {
      const cancel = this.options.clock.limit(timeoutSeconds * 1000, () => {
        worker.kill();
        const message = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        say(`${this.options.clock.now().toISOString()} ${requestId} ${message}`);
        const error = { errorType: 'Sandbox.Timedout', errorMessage: `Error: ${message}` };
        resolve({ error: located(error), maxRssKilobytes: 0 });
      });
      void worker
        .invoke({
          type: 'invoke',
          requestId,
          functionArn: functionArn(this.options.scope, record.functionName),
          payload,
          remainingMilliseconds: timeoutSeconds * 1000,
        })
        .then((result) => {
          cancel();
          resolve('error' in result ? { ...result, error: located(result.error) } : result);
        });
    });
  }
}

function reportLine(
  record: FunctionRecord,
  requestId: string,
  run: { environment: Environment; result: WorkerResult; milliseconds: number },
): string {
  const { initMilliseconds } = run.environment;
  const megabytes = Math.min(record.memoryMegabytes, Math.ceil(run.result.maxRssKilobytes / 1024));
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${run.milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(run.milliseconds)} ms`,
    `Memory Size: ${record.memoryMegabytes} MB`,
    `Max Memory Used: ${megabytes} MB`,
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
  ];
  return fields.join('\t');
}
