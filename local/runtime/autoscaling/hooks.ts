import { type Clock, patience } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { EventPublisher } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';

/** F32: instances wait at a transition until a caller completes the hook, or until its heartbeat times out. */
export interface LifecycleHook {
  readonly name: string;
  readonly group: string;
  readonly transition: Transition;
  /** Seconds, 30 to 7200. */
  readonly heartbeatTimeout: number;
  readonly defaultResult: HookResult;
  readonly notificationMetadata?: string;
}

export type Transition = 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';
const TRANSITIONS: readonly Transition[] = [
  'autoscaling:EC2_INSTANCE_LAUNCHING',
  'autoscaling:EC2_INSTANCE_TERMINATING',
];

export type HookResult = 'CONTINUE' | 'ABANDON';

/** Result of a wait; `reason` is AWS's text for an abandoned one. */
export type Passage = { readonly result: 'CONTINUE' } | { readonly result: 'ABANDON'; readonly reason: string };

interface Waiting {
  readonly token: string;
  readonly hook: LifecycleHook;
  readonly instanceId: string;
  readonly complete: (result: HookResult, why?: string) => void;
  readonly heartbeat: () => void;
  readonly cancel: () => void;
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Publisher of lifecycle actions. */
  readonly publisher?: EventPublisher;
}

/**
 * Heartbeats are shortened like any wait. But instances really boot here, so they get this long, or the heartbeat if it
 * is shorter.
 */
const LEAST_HEARTBEAT_MS = 60_000;

/** F32: no heartbeat keeps an instance waiting for longer than this many of them, or two days. */
const MOST_HEARTBEATS = 100;
const LONGEST_WAIT_SECONDS = 172_800;

/** Returns the seconds after which a wait ends in spite of heartbeats. */
export function globalTimeout({ heartbeatTimeout }: LifecycleHook): number {
  return Math.min(LONGEST_WAIT_SECONDS, heartbeatTimeout * MOST_HEARTBEATS);
}

/** The lifecycle hooks of all groups, and the instances that wait at them. */
export class LifecycleHooks {
  private readonly hooks: Collection<LifecycleHook>;
  /* An instance that waits dies with the runtime, and its wait with it: nothing here need survive. */
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly options: Options) {
    this.hooks = options.store.collection('autoscaling.hooks');
  }

  put(hook: LifecycleHook): void {
    if (!(hook.heartbeatTimeout >= 30 && hook.heartbeatTimeout <= 7200)) {
      throw new AwsError('ValidationError', 'Heartbeat Timeout must be between 30 and 7200 seconds, inclusive.');
    }
    if (!TRANSITIONS.includes(hook.transition)) {
      throw new AwsError('ValidationError', `Invalid Lifecycle Transition: ${hook.transition}`);
    }
    this.hooks.put(`${hook.group}/${hook.name}`, hook);
  }

  /** Instances that wait at it continue with CONTINUE, as AWS documents for a deleted hook. */
  delete(group: string, name: string): void {
    this.hooks.delete(`${group}/${name}`);
    for (const wait of [...this.waiting.values()]) {
      if (wait.hook.group === group && wait.hook.name === name) wait.complete('CONTINUE');
    }
  }

  list(group: string): LifecycleHook[] {
    return this.hooks.values(`${group}/`);
  }

  /** Waits at all hooks of a transition at once: one ABANDON ends the waiting, and CONTINUE needs all. */
  async passThrough(group: string, instanceId: string, transition: Transition): Promise<Passage> {
    const hooks = this.list(group).filter((hook) => hook.transition === transition);
    return new Promise((resolve) => {
      let left = hooks.length;
      if (left === 0) return resolve({ result: 'CONTINUE' });
      const cleanups: (() => void)[] = [];
      const answered = (passage: Passage) => {
        left--;
        if (passage.result === 'CONTINUE' && left > 0) return;
        for (const cleanup of cleanups) cleanup();
        resolve(passage);
      };
      for (const hook of hooks) cleanups.push(this.wait(hook, instanceId, answered));
    });
  }

  /** Completes a wait by token, or by instance. Throws AWS's `ValidationError` if nothing waits. */
  complete(request: { group: string; hook: string; token?: string; instanceId?: string }, result: HookResult): void {
    this.find(request).complete(result);
  }

  heartbeat(request: { group: string; hook: string; token?: string; instanceId?: string }): void {
    this.find(request).heartbeat();
  }

  /** Ends the waiting of an instance that is being terminated. */
  release(instanceId: string): void {
    for (const wait of [...this.waiting.values()]) if (wait.instanceId === instanceId) wait.complete('ABANDON');
  }

  /** Ends all waits. */
  stop(): void {
    for (const wait of this.waiting.values()) wait.cancel();
    this.waiting.clear();
  }

  private wait(hook: LifecycleHook, instanceId: string, answered: (passage: Passage) => void): () => void {
    const token = this.options.ids.uuid();
    const late = () => complete(hook.defaultResult, 'Heartbeat Timeout');
    const timer = (seconds: number) =>
      patience(this.options.clock, { milliseconds: seconds * 1000, floor: LEAST_HEARTBEAT_MS }, late);
    const cancelGlobal = timer(globalTimeout(hook));
    let cancelTimer = timer(hook.heartbeatTimeout);
    const cancel = () => {
      cancelTimer();
      cancelGlobal();
    };
    const stop = () => {
      cancel();
      this.waiting.delete(token);
    };
    const complete = (result: HookResult, why = 'Lifecycle Action Completed with ABANDON Result') => {
      stop();
      const reason = `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${token} was abandoned: ${why}`;
      answered(result === 'CONTINUE' ? { result } : { result, reason });
    };
    const heartbeat = () => {
      cancelTimer();
      cancelTimer = timer(hook.heartbeatTimeout);
    };
    this.waiting.set(token, { token, hook, instanceId, complete, heartbeat, cancel });
    this.tell(hook, instanceId, token);
    return stop;
  }

  private tell(hook: LifecycleHook, instanceId: string, token: string): void {
    const launching = hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
    this.options.publisher?.publish({
      source: 'aws.autoscaling',
      detailType: launching ? 'EC2 Instance-launch Lifecycle Action' : 'EC2 Instance-terminate Lifecycle Action',
      resources: [],
      detail: {
        LifecycleActionToken: token,
        AutoScalingGroupName: hook.group,
        LifecycleHookName: hook.name,
        EC2InstanceId: instanceId,
        LifecycleTransition: hook.transition,
        NotificationMetadata: hook.notificationMetadata,
      },
    });
  }

  private find(request: { group: string; hook: string; token?: string; instanceId?: string }): Waiting {
    for (const wait of this.waiting.values()) {
      if (wait.hook.group !== request.group || wait.hook.name !== request.hook) continue;
      if (wait.token === request.token || (!request.token && wait.instanceId === request.instanceId)) return wait;
    }
    const what = request.token ? `token ${request.token}` : `instance ID ${request.instanceId}`;
    throw new AwsError('ValidationError', `No active Lifecycle Action found with ${what}`);
  }
}
