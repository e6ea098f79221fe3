/** Work on a set of resources, in the order of their dependencies. */
export interface Walk {
  /** Logical ids; among those that are ready, the earlier begin first. */
  readonly order: readonly string[];
  /** Returns the resources that must be done before `id`. Ids that are not in `order` count as done. */
  before(id: string): Iterable<string>;
  /** Does it. False: it failed. */
  visit(id: string): Promise<boolean>;
  /** `stop`: nothing starts after a failure. `go-on`: only dependents of the failed one are skipped. */
  readonly onFailure: 'stop' | 'go-on';
  /** Starts no further work after it is aborted. */
  readonly cancelled?: AbortSignal;
}

/** Visits every resource, independent ones in parallel (E13). Returns the failed ones, in the order of the walk. */
export async function walk({ order, before, visit, onFailure, cancelled }: Walk): Promise<string[]> {
  const waiting = new Set(order);
  const unfinished = new Set(order);
  const failed = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const begin = (id: string) => {
    waiting.delete(id);
    const visited = visit(id).then((succeeded) => {
      running.delete(id);
      if (succeeded) unfinished.delete(id);
      else failed.add(id);
    });
    running.set(id, visited);
  };

  for (;;) {
    for (const id of order) {
      const stopped = cancelled?.aborted || (onFailure === 'stop' && failed.size > 0);
      if (!stopped && waiting.has(id) && ![...before(id)].some((other) => unfinished.has(other))) begin(id);
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (waiting.size && !failed.size && !cancelled?.aborted) {
    throw new Error(`these wait for each other: ${[...waiting].join(', ')}`);
  }
  return order.filter((id) => failed.has(id));
}
