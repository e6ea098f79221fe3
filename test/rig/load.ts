import autocannon from 'autocannon';

export interface LoadResult {
  readonly requests: number;
  /** Requests without an answer, or with one that is not 2xx. */
  readonly failed: number;
  /** The kinds of those that failed: it tells a server that is gone from a machine that is too busy. */
  readonly failures: { readonly non2xx: number; readonly errors: number; readonly timeouts: number };
  readonly perSecond: number;
  /** Milliseconds within which 99 of 100 requests are answered. */
  readonly p99: number;
}

/**
 * Asks `url` at a steady rate until `until` has settled. Every request must be answered with 2xx: those that were not
 * are counted.
 */
export async function underLoad<T>(
  url: string,
  rate: number,
  until: () => Promise<T>,
): Promise<{ value: T; load: LoadResult }> {
  let instance: autocannon.Instance | undefined;
  const done = new Promise<autocannon.Result>((resolve, reject) => {
    // The duration is only a bound: the load ends with `until`.
    instance = autocannon({ url, connections: 20, overallRate: rate, duration: 300 }, (error, result) =>
      error ? reject(error) : resolve(result),
    );
  });
  const value = await until().finally(() => instance?.stop());
  const result = await done;
  const { non2xx, errors, timeouts } = result;
  return {
    value,
    load: {
      requests: result.requests.total,
      failed: non2xx + errors + timeouts,
      failures: { non2xx, errors, timeouts },
      perSecond: result.requests.average,
      p99: result.latency.p99,
    },
  };
}
