import type { Clock } from '../kernel/clock';
import type { EventBus, ExecutionEnd } from '../kernel/events';
import { RUN_ATTRIBUTE } from '../terminal/progress';

/** Milliseconds to wait for the cause of a failed run: a function of the pipeline's looks for it after the end. */
const CAUSE_WITHIN_MS = 20_000;

/**
 * Resolves when the next execution that is not superseded has ended, together with its rollback; after a failure also
 * when its cause was published, which the terminal shows.
 */
export async function runEnd(bus: EventBus, clock: Clock, pipeline: string): Promise<ExecutionEnd> {
  const explained = new Set<string>();
  let look = () => {};
  const unsubscribe = bus.subscribe((event) => {
    if (event.type !== 'message-published') return;
    explained.add(event.attributes[RUN_ATTRIBUTE] ?? '');
    look();
  });
  try {
    const { executionId, status } = await executionEnd(bus, pipeline);
    if (status !== 'Failed' || explained.has(executionId)) return status;
    await new Promise<void>((resolve) => {
      const cancel = clock.limit(CAUSE_WITHIN_MS, () => {
        const within = `${CAUSE_WITHIN_MS / 1000} s`;
        bus.emit({
          type: 'notice',
          level: 'warning',
          message: `no cause of the failed run was published in ${within}`,
        });
        resolve();
      });
      look = () => {
        if (!explained.has(executionId)) return;
        cancel();
        resolve();
      };
    });
    return status;
  } finally {
    unsubscribe();
  }
}

function executionEnd(bus: EventBus, pipeline: string): Promise<{ executionId: string; status: ExecutionEnd }> {
  let ended: { executionId: string; status: ExecutionEnd } | undefined;
  let rollback: string | undefined;
  return new Promise((resolve) => {
    const unsubscribe = bus.subscribe((event) => {
      if (event.type !== 'execution-finished' || event.pipeline !== pipeline || event.status === 'Superseded') return;
      if (rollback !== undefined && event.executionId !== rollback) return;
      ended ??= event;
      rollback = event.rollback?.executionId;
      if (rollback !== undefined) return;
      unsubscribe();
      resolve(ended);
    });
  });
}
