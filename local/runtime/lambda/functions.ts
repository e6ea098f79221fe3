import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import { CodeStore } from './code';
import { EventQueue } from './event-queue';
import { type Invocation, Runner } from './invocation';
import type { FunctionsOptions } from './options';
import { letsInvoke, type PermissionStatement } from './permission';
import { Pool } from './pool';
import type { EventInvokeConfig, FunctionRecord } from './records';
import { functionArn, refuseReserved } from './worker-environment';

export type { FunctionsOptions } from './options';

/** A function, as a person describes it. */
export interface FunctionSpec extends Omit<FunctionRecord, 'code' | 'revisionId' | 'lastModified' | 'logGroup'> {
  readonly code: { readonly bucket: string; readonly key: string; readonly versionId?: string };
  readonly logGroup?: string;
}

/** Each major of Node.js that Lambda has; all of them run on this machine's own. */
const RUNTIMES = /^nodejs(20|22|24)\.x$/;
const DEFAULT_CONCURRENCY = 10;
const SYNCHRONOUS_PAYLOAD_BYTES = 6 * 1024 * 1024;
const ASYNCHRONOUS_PAYLOAD_BYTES = 1024 * 1024;

/** Lambda: functions in Node.js, each environment in a separate process. */
export class Functions {
  private readonly records: Collection<FunctionRecord>;
  private readonly configs: Collection<EventInvokeConfig>;
  private readonly permissions: Collection<PermissionStatement>;
  private readonly code: CodeStore;
  private readonly runner: Runner;
  private readonly queue: EventQueue;
  private readonly pools = new Map<string, Pool>();
  private stopped = false;

  constructor(private readonly options: FunctionsOptions) {
    const { store } = options;
    this.records = store.collection<FunctionRecord>('lambda.functions');
    this.configs = store.collection<EventInvokeConfig>('lambda.event-invoke-configs');
    this.permissions = store.collection<PermissionStatement>('lambda.permissions');
    this.code = new CodeStore(options.directory, options.objects);
    this.runner = new Runner(options, this.code);
    this.queue = new EventQueue({
      ...options,
      config: (functionName) => this.configs.get(functionName) ?? {},
      deliver: async (functionName, payload) => {
        const invocation = await this.run(functionName, payload, { mayWait: true });
        return invocation.functionError ? { error: invocation.payload } : {};
      },
    });
  }

  /** Delivers unfinished events again. */
  recover(): void {
    this.code.keepOnly(new Set(this.records.values().map(({ code }) => code.directory)));
    this.queue.recover();
  }

  /** Kills every process; accepted events stay for the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.queue.stop();
    for (const pool of this.pools.values()) pool.kill();
    await this.queue.idle();
  }

  /** Errors: `ResourceConflictException`, `InvalidParameterValueException`, with Lambda's messages. */
  async create(spec: FunctionSpec): Promise<FunctionRecord> {
    if (this.records.get(spec.functionName)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${spec.functionName}`, 409);
    }
    return this.put(spec);
  }

  /** Replaces code and configuration; invocations that run end with the old ones. */
  async update(spec: FunctionSpec): Promise<FunctionRecord> {
    this.get(spec.functionName);
    return this.put(spec);
  }

  delete(functionName: string): void {
    this.records.delete(functionName);
    this.configs.delete(functionName);
    this.pools.get(functionName)?.close();
    this.pools.delete(functionName);
  }

  /** By name or ARN, with `$LATEST` or nothing behind it. Errors: `ResourceNotFoundException`. */
  get(nameOrArn: string): FunctionRecord {
    const record = this.find(nameOrArn);
    if (record) return record;
    const arn = nameOrArn.startsWith('arn:') ? nameOrArn : this.arn(nameOrArn);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }

  find(nameOrArn: string): FunctionRecord | undefined {
    const [name = '', qualifier = '$LATEST'] = nameOrArn
      .replace(/^(arn:aws[\w-]*:lambda:[^:]*:)?(\d*:)?function:/, '')
      .split(':');
    return qualifier === '$LATEST' ? this.records.get(name) : undefined;
  }

  list(): FunctionRecord[] {
    return this.records.values();
  }

  arn(functionName: string): string {
    return functionArn(this.options.scope, functionName);
  }

  /**
   * Sets the retries of asynchronous invocations; undefined for Lambda's defaults. Errors: `ResourceNotFoundException`.
   */
  configureEvents(nameOrArn: string, config: EventInvokeConfig | undefined): void {
    if (config) this.configs.put(this.get(nameOrArn).functionName, config);
    else this.configs.delete(this.find(nameOrArn)?.functionName ?? nameOrArn);
  }

  /** Keeps a statement of the function's resource policy; undefined takes it away. */
  putPermission(id: string, statement: PermissionStatement | undefined): void {
    if (statement) this.permissions.put(id, statement);
    else this.permissions.delete(id);
  }

  /** True if the function's policy lets a service invoke it on behalf of a resource. */
  permits(nameOrArn: string, service: string, sourceArn: string): boolean {
    const { functionName } = this.get(nameOrArn);
    return this.permissions
      .values()
      .filter(({ FunctionName = '' }) => this.find(FunctionName)?.functionName === functionName)
      .some((statement) => letsInvoke(statement, service, sourceArn));
  }

  /** Invokes and waits. `payload` is JSON. A failed function is a result; a refused invocation throws. */
  async invoke(nameOrArn: string, payload: string): Promise<Invocation> {
    const { functionName } = this.get(nameOrArn);
    refusePayload(payload, SYNCHRONOUS_PAYLOAD_BYTES);
    return this.run(functionName, payload, { mayWait: false });
  }

  /** Accepts an event, durably, and delivers it with retries (A38). Errors: `ResourceNotFoundException`. */
  invokeAsync(nameOrArn: string, event: unknown): void {
    this.acceptEvent(nameOrArn, JSON.stringify(event) ?? 'null');
  }

  /** As `invokeAsync`; the event is JSON already. */
  acceptEvent(nameOrArn: string, payload: string): void {
    const { functionName } = this.get(nameOrArn);
    refusePayload(payload, ASYNCHRONOUS_PAYLOAD_BYTES);
    this.queue.accept(functionName, payload);
  }

  private run(functionName: string, payload: string, wait: { mayWait: boolean }): Promise<Invocation> {
    if (this.stopped) throw new AwsError('ServiceException', 'The local runtime is stopping.', 500);
    const record = this.get(functionName);
    return this.pool(functionName).use(record, wait, (environment) => this.runner.run(record, environment, payload));
  }

  private pool(functionName: string): Pool {
    const { clock, concurrency = DEFAULT_CONCURRENCY } = this.options;
    const pool =
      this.pools.get(functionName) ?? new Pool({ clock, concurrency, start: (record) => this.runner.start(record) });
    this.pools.set(functionName, pool);
    return pool;
  }

  private async put(spec: FunctionSpec): Promise<FunctionRecord> {
    const { functionName, code, logGroup = `/aws/lambda/${functionName}`, ...rest } = spec;
    refuseRuntime(spec.runtime);
    refuseReserved(spec.variables);
    this.refuseRole(spec.role);
    const record: FunctionRecord = {
      functionName,
      ...rest,
      logGroup,
      code: await this.code.load(code.bucket, code.key, code.versionId),
      revisionId: this.options.ids.uuid(),
      lastModified: this.options.clock.now().toISOString(),
    };
    this.records.put(functionName, record);
    this.pools.get(functionName)?.retire(record.revisionId);
    return record;
  }

  private refuseRole(role: string): void {
    try {
      this.options.roles.assume(role, 'AWSLambda', 'lambda.amazonaws.com');
    } catch {
      const message = 'The role defined for the function cannot be assumed by Lambda.';
      throw new AwsError('InvalidParameterValueException', message);
    }
  }
}

/** Runtimes without a process to run them are refused by name. */
export function refuseRuntime(runtime: string): void {
  if (!RUNTIMES.test(runtime)) {
    throw new NotSupportedLocally(`The Lambda runtime ${runtime}`, 'there are nodejs20.x, nodejs22.x and nodejs24.x.');
  }
}

function refusePayload(payload: string, limit: number): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const message = `Could not parse request body into json: ${error instanceof Error ? error.message : error}`;
    throw new AwsError('InvalidRequestContentException', message);
  }
  const bytes = Buffer.byteLength(payload);
  if (bytes <= limit) return;
  const message = `${bytes} byte payload is too large for the ${limit} byte limit`;
  throw new AwsError('RequestTooLargeException', message, 413);
}
