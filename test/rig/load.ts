import autocannon from 'autocannon';

export interface LoadResult {
  readonly requests: number;
  /** Requests without an answer, or with one that is not 2xx. */
  readonly failed: number;
  readonly perSecond: number;
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
  const stop = async () => {
    instance?.stop();
    return done;
  };
  const value = await until().finally(stop);
  const result = await stop();
  return {
    value,
    load: {
      requests: result.requests.total,
      failed: result.non2xx + result.errors + result.timeouts,
      perSecond: result.requests.average,
    },
  };
}
