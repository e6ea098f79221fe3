import type { ProviderContext } from '../engine/provider';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import type { Change } from '../runtime/autoscaling/lifecycle';

/** Consecutive failed launches after which the group is considered unable to launch. */
const LAUNCH_ATTEMPTS = 3;

/**
 * Waits for a state of a group, and stops if it cannot be reached: launches keep failing, the operation is cancelled,
 * or a caller calls `fail`. Failed launches become events of the resource.
 */
export class GroupWatch {
  private failure?: Error;
  private wakeUp = () => {};
  private readonly unsubscribe: (() => void)[];

  constructor(
    private readonly ctx: ProviderContext,
    private readonly scaling: AutoScaling,
    private readonly group: string,
  ) {
    const cancelled = () => this.fail(new Error('Resource update cancelled'));
    ctx.cancelled.addEventListener('abort', cancelled);
    if (ctx.cancelled.aborted) cancelled();
    this.unsubscribe = [
      () => ctx.cancelled.removeEventListener('abort', cancelled),
      scaling.watch(group, (change) => this.hear(change)),
    ];
  }

  /** Resolves when `reached`, looked at after every change. Rejects with the reason when it never will be. */
  async until(reached: () => boolean): Promise<void> {
    for (;;) {
      if (this.failure) throw this.failure;
      if (reached()) return;
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
      });
    }
  }

  /** Something changed that a wait may depend on. */
  readonly wake = (): void => this.wakeUp();

  fail(error: Error): void {
    this.failure ??= error;
    this.wakeUp();
  }

  close(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
  }

  private hear(change: Change): void {
    if (change.kind === 'launch-failed') {
      this.ctx.progress(change.reason);
      if (this.scaling.rolling.launchFailures(this.group) >= LAUNCH_ATTEMPTS) {
        this.fail(new Error(`Group did not stabilize. Last scaling activity: ${change.reason}`));
      }
    }
    this.wakeUp();
  }
}
