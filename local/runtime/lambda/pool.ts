import type { Cancel, Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { FunctionErrorPayload } from './messages';
import type { FunctionRecord } from './records';
import type { Worker } from './worker';

/** A worker with its resources. */
export interface Environment {
  readonly worker: Worker;
  readonly revisionId: string;
  readonly logStream: string;
  /** When its credentials are too old for another invocation, in milliseconds since 1970. */
  readonly usableUntil: number;
  /** Milliseconds that its start took; undefined after it was reported. */
  initMilliseconds: number | undefined;
  readonly failure: FunctionErrorPayload | undefined;
}

/** Idle processes are ended after so long. */
const IDLE_MS = 5 * 60_000;

/**
 * The execution environments of one function: reused while they are warm, as many as there are concurrent invocations.
 */
export class Pool {
  private readonly idle: { environment: Environment; cancelExpiry: Cancel }[] = [];
  private readonly all = new Set<Environment>();
  private readonly waiting: (() => void)[] = [];
  private busy = 0;
  private closed = false;

  constructor(
    private readonly options: {
      clock: Clock;
      concurrency: number;
      start(record: FunctionRecord): Promise<Environment>;
    },
  ) {}

  /**
   * Runs `work` in an environment; beyond the limit it waits. An invocation that must not wait is refused beyond the
   * function's own limit: `TooManyRequestsException`.
   */
  async use<T>(
    record: FunctionRecord,
    { mayWait }: { mayWait: boolean },
    work: (environment: Environment) => Promise<T>,
  ): Promise<T> {
    await this.takeTurn(record.reservedConcurrency, mayWait);
    try {
      const environment = this.takeIdle(record.revisionId) ?? (await this.start(record));
      try {
        return await work(environment);
      } finally {
        this.giveBack(environment);
      }
    } finally {
      this.busy--;
      this.waiting.shift()?.();
    }
  }

  /** Ends the idle environments, of all other revisions or of all; the busy ones end with their invocation. */
  retire(except?: string): void {
    for (const { environment, cancelExpiry } of this.idle.splice(0)) {
      if (environment.revisionId === except) this.idle.push({ environment, cancelExpiry });
      else this.end(environment, cancelExpiry);
    }
  }

  /** Starts nothing more; idle workers end now, busy ones after their invocation. */
  close(): void {
    this.closed = true;
    this.retire();
  }

  /** Ends everything at once. */
  kill(): void {
    this.close();
    for (const environment of this.all) environment.worker.kill();
  }

  private async takeTurn(reserved: number | undefined, mayWait: boolean): Promise<void> {
    if (reserved !== undefined && this.busy >= reserved && (!mayWait || reserved === 0)) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        fields: {
          Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        },
      });
    }
    const limit = Math.min(reserved ?? Number.POSITIVE_INFINITY, this.options.concurrency);
    while (this.busy >= limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy++;
  }

  private takeIdle(revisionId: string): Environment | undefined {
    for (let next = this.idle.pop(); next; next = this.idle.pop()) {
      next.cancelExpiry();
      const { environment } = next;
      const fresh = environment.usableUntil > this.options.clock.now().getTime();
      if (environment.revisionId === revisionId && fresh && environment.worker.alive) return environment;
      this.end(environment);
    }
    return undefined;
  }

  private async start(record: FunctionRecord): Promise<Environment> {
    const environment = await this.options.start(record);
    this.all.add(environment);
    if (!this.closed) return environment;
    this.end(environment);
    throw new AwsError('ServiceException', `The function ${record.functionName} is no more.`, 500);
  }

  private giveBack(environment: Environment): void {
    if (this.closed || !environment.worker.alive || environment.failure) return this.end(environment);
    const cancelExpiry = this.options.clock.limit(IDLE_MS, () => {
      const at = this.idle.findIndex((entry) => entry.environment === environment);
      if (at >= 0) this.idle.splice(at, 1);
      this.end(environment);
    });
    this.idle.push({ environment, cancelExpiry });
  }

  private end(environment: Environment, cancelExpiry: Cancel = () => {}): void {
    cancelExpiry();
    this.all.delete(environment);
    environment.worker.kill();
  }
}
