import type { Clock } from './clock';

/**
 * All events of a local run, as facts of the past. The rooms publish them; the terminal and the journals subscribe.
 * `type` names the fact; ids and names are AWS's.
 */
export type RuntimeEvent =
  | {
      type: 'execution-started';
      pipeline: string;
      executionId: string;
      trigger: string;
      /** Set for a rollback: the stage that is rolled back, and its target execution. */
      rollback?: { stage: string; target: string };
    }
  | { type: 'execution-source'; pipeline: string; executionId: string; commitId: string; subject: string }
  | {
      type: 'execution-finished';
      pipeline: string;
      executionId: string;
      status: ExecutionEnd;
      reason?: string;
      /** The automatic rollback that follows. */
      rollback?: { executionId: string; stage: string; target: string };
    }
  | { type: 'stage-started'; pipeline: string; executionId: string; stage: string }
  | { type: 'stage-finished'; pipeline: string; executionId: string; stage: string; status: string }
  | {
      type: 'condition-checked';
      pipeline: string;
      executionId: string;
      stage: string;
      /** `BeforeEntry`, `OnSuccess`, `OnFailure`. */
      condition: string;
      status: string;
      summary?: string;
    }
  | { type: 'action-started'; pipeline: string; executionId: string; stage: string; action: string; provider: string }
  | { type: 'action-progressed'; pipeline: string; executionId: string; stage: string; action: string; summary: string }
  | {
      type: 'approval-waiting';
      pipeline: string;
      executionId: string;
      stage: string;
      action: string;
      /** ISO 8601, by this machine's clock. */
      expiresAt: string;
      customData?: string;
      link?: string;
    }
  | {
      type: 'action-finished';
      pipeline: string;
      executionId: string;
      stage: string;
      action: string;
      provider: string;
      status: 'Succeeded' | 'Failed' | 'Abandoned';
      summary?: string;
      outputVariables?: Readonly<Record<string, string>>;
    }
  | {
      type: 'stack-event';
      stackName: string;
      stackId: string;
      logicalId: string;
      physicalId: string;
      resourceType: string;
      status: string;
      reason?: string;
    }
  | { type: 'build-phase-finished'; project: string; buildId: string; phase: string; status: string; reason?: string }
  | { type: 'log-written'; group: string; stream: string; messages: string[] }
  | { type: 'image-state-changed'; imageArn: string; name: string; version: string; status: string; reason?: string }
  | {
      type: 'component-step-finished';
      imageArn: string;
      phase: string;
      step: string;
      status: string;
      message?: string;
    }
  | { type: 'instance-state-changed'; instanceId: string; state: string; imageId: string; reason?: string }
  | { type: 'scaling-activity'; group: string; description: string; cause: string; status: string }
  | { type: 'target-health-changed'; targetGroup: string; instanceId: string; state: string; reason?: string }
  | { type: 'signal-received'; stackName: string; logicalId: string; uniqueId: string; status: string }
  | { type: 'function-invoked'; functionName: string; requestId: string }
  | { type: 'function-finished'; functionName: string; requestId: string; status: string; reason?: string }
  | {
      type: 'message-published';
      topicArn: string;
      subject?: string;
      message: string;
      /** Values of the message attributes, by name. */
      attributes: Readonly<Record<string, string>>;
    }
  | { type: 'alarm-state-changed'; alarm: string; state: string; previous: string; reason: string }
  | { type: 'branch-updated'; repository: string; branch: string; commitId: string }
  | { type: 'interruption-found'; what: string; consequence: string }
  | { type: 'notice'; level: 'info' | 'warning' | 'error'; message: string };

export type ExecutionEnd = 'Succeeded' | 'Failed' | 'Stopped' | 'Superseded' | 'Cancelled';

/** An event with the moment it happened. */
export type Stamped = RuntimeEvent & { readonly at: Date };

export type Listener = (event: Stamped) => void;

/** Carries events from the rooms to their subscribers. Delivery is synchronous and in order. */
export class EventBus {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly clock: Clock) {}

  emit(event: RuntimeEvent): void {
    const stamped: Stamped = { ...event, at: this.clock.now() };
    for (const listener of this.listeners) listener(stamped);
  }

  /** Returns the way to stop listening. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
