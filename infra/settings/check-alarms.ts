import type { Mistakes } from './mistakes';

/** Checks the alarms. */
export function checkAlarms(mistakes: Mistakes, path: string, value: unknown): void {
  const alarms = mistakes.object(path, value, { needed: [], optional: [...WATCHED, 'watchMinutes'] });
  if (!alarms) return;
  if (WATCHED.every((name) => alarms[name] === undefined)) {
    mistakes.add(path, 'it names nothing to watch', `add one of ${WATCHED.join(', ')}, or leave it out`);
  }
  const { errorPercent, unhealthyHosts, latencySeconds, watchMinutes } = alarms;
  if (errorPercent !== undefined) {
    mistakes.number(`${path}.errorPercent`, errorPercent, { above: 0, to: 100, fractions: true });
  }
  if (unhealthyHosts !== undefined) mistakes.count(`${path}.unhealthyHosts`, unhealthyHosts, 1000);
  if (latencySeconds !== undefined) {
    // A load balancer closes a connection that idles for 4000 seconds at the latest.
    mistakes.number(`${path}.latencySeconds`, latencySeconds, { above: 0, to: 4000, fractions: true });
  }
  // An alarm needs two whole minutes of metrics, one more until the first begins, and one until their evaluation: a
  // shorter watch would be over before. Watching follows verifying, an hour at most, and an action that asks a function
  // ends after a day (A42).
  if (watchMinutes !== undefined) mistakes.number(`${path}.watchMinutes`, watchMinutes, { from: 4, to: 1380 });
}

const WATCHED = ['errorPercent', 'unhealthyHosts', 'latencySeconds'] as const;
