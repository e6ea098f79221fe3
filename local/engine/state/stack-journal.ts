import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { ResourceRecord, StackEvent, StackRecord } from './records';
import type { StackState } from './stack';
import type { StackStore } from './stack-store';

/** Thrown if an operation would continue although the runtime is stopping. The next start recovers it. */
export class Halted extends Error {
  constructor() {
    super('The local runtime is stopping.');
    this.name = 'Halted';
  }
}

/** Change of one resource: its next record, and the text of the event. */
export interface ResourceNews {
  readonly status: string;
  readonly reason?: string;
  /** The event's physical id, if it differs from the live one's. */
  readonly physicalId?: string;
  /** Resolved properties with secrets masked, for the event. */
  readonly shown?: unknown;
}

/**
 * Records events of stacks and their resources: the record and its event are written together, and the bus gets the
 * event once both are durable. After `halt` nothing more is written.
 */
export class StackJournal {
  private latest = 0;
  private depth = 0;
  private unsaid: StackEvent[] = [];

  constructor(
    private readonly options: { stackStore: StackStore; clock: Clock; ids: Ids; bus: EventBus; halted: AbortSignal },
  ) {}

  now(): string {
    return this.options.clock.now().toISOString();
  }

  /** The time of an event, always later than that of the event before: people and programs sort by it. */
  private moment(): string {
    this.latest = Math.max(this.options.clock.now().getTime(), this.latest + 1);
    return new Date(this.latest).toISOString();
  }

  /** Runs `work` so that all its writes are atomic. */
  together<T>(work: () => T): T {
    if (this.options.halted.aborted) throw new Halted();
    this.depth++;
    try {
      return this.options.stackStore.transaction(work);
    } catch (error) {
      if (this.depth === 1) this.unsaid = [];
      throw error;
    } finally {
      if (--this.depth === 0) this.say();
    }
  }

  /** Adds a new stack and its first event. */
  begin(stack: StackRecord): void {
    this.together(() => {
      this.options.stackStore.add(stack);
      this.stackEvent(stack, 'User Initiated');
    });
  }

  /** Puts the stack into its next state. */
  stack(
    stackId: string,
    state: StackState,
    { reason, ...change }: { reason?: string } & Partial<StackRecord> = {},
  ): void {
    this.together(() => {
      const stack = this.options.stackStore.move(stackId, state, { ...change, statusReason: reason });
      this.stackEvent(stack, reason);
    });
  }

  /** Keeps the resource's record in its new status. */
  resource(stack: StackRecord, record: ResourceRecord, news: ResourceNews): ResourceRecord {
    const next: ResourceRecord = {
      ...record,
      status: news.status,
      statusReason: news.reason,
      updatedAt: this.now(),
    };
    this.together(() => {
      this.options.stackStore.resources.put(stack.stackId, record.logicalId, next);
      this.mention(stack, next, news);
    });
    return next;
  }

  /** Adds an event of a resource whose record does not change (a resource that leaves the stack, a signal). */
  mention(stack: StackRecord, record: Pick<ResourceRecord, 'logicalId' | 'type' | 'live'>, news: ResourceNews): void {
    const at = this.moment();
    this.append({
      eventId: `${record.logicalId}-${news.status}-${at}`,
      stackId: stack.stackId,
      stackName: stack.stackName,
      logicalId: record.logicalId,
      physicalId: news.physicalId ?? record.live?.physicalId ?? '',
      resourceType: record.type,
      status: news.status,
      reason: news.reason,
      at,
      clientRequestToken: stack.operation.clientRequestToken,
      properties: news.shown === undefined ? undefined : JSON.stringify(news.shown),
    });
  }

  private stackEvent(stack: StackRecord, reason: string | undefined): void {
    this.append({
      eventId: this.options.ids.uuid(),
      stackId: stack.stackId,
      stackName: stack.stackName,
      logicalId: stack.stackName,
      physicalId: stack.stackId,
      resourceType: 'AWS::CloudFormation::Stack',
      status: stack.state.id,
      reason,
      at: this.moment(),
      clientRequestToken: stack.operation.clientRequestToken,
    });
  }

  private append(event: StackEvent): void {
    this.together(() => {
      this.options.stackStore.events.append(event.stackId, event);
      this.unsaid.push(event);
    });
  }

  private say(): void {
    const events = this.unsaid;
    this.unsaid = [];
    for (const { stackName, stackId, logicalId, physicalId, resourceType, status, reason } of events) {
      this.options.bus.emit({
        type: 'stack-event',
        stackName,
        stackId,
        logicalId,
        physicalId,
        resourceType,
        status,
        reason,
      });
    }
  }
}
