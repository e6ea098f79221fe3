import http from 'node:http';
import type { Clock } from '../../kernel/clock';
import type { HealthCheck, TargetHealth } from './records';

/** Result of one check. */
export type Probe =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed' };

/** A target's health between two checks. */
export interface Condition {
  readonly health: TargetHealth;
  /** Number of consecutive checks with the same result. */
  readonly successes: number;
  readonly failures: number;
}

export const REGISTERED: Condition = {
  health: {
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  },
  successes: 0,
  failures: 0,
};

const HEALTHY: TargetHealth = { state: 'healthy' };

/**
 * Computes a target's health after a check. Pure. A new target is healthy after its first good check; one that was
 * found unhealthy needs the threshold.
 */
export function afterProbe(before: Condition, probe: Probe, check: HealthCheck): Condition {
  if (probe.kind === 'answered' && matches(check.matcher, probe.status)) {
    const successes = before.successes + 1;
    const needed = before.health.state === 'unhealthy' ? check.healthyThreshold : 1;
    return { health: successes >= needed ? HEALTHY : before.health, successes, failures: 0 };
  }
  const failures = before.failures + 1;
  const fallen = failures >= check.unhealthyThreshold || before.health.state === 'unhealthy';
  const health = fallen ? unhealthy(probe) : stillChecking(before.health);
  return { health, successes: 0, failures };
}

/** True if a status is in a matcher: `200`, `200-299`, `200,202`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [low, high = low] = part.trim().split('-').map(Number);
    return status >= low! && status <= high!;
  });
}

function stillChecking(health: TargetHealth): TargetHealth {
  if (health.state !== 'initial') return health;
  return { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' };
}

function unhealthy(probe: Probe): TargetHealth {
  switch (probe.kind) {
    case 'answered': {
      const description = `Health checks failed with these codes: [${probe.status}]`;
      return { state: 'unhealthy', reason: 'Target.ResponseCodeMismatch', description };
    }
    case 'timed-out':
      return { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
    case 'failed':
      return { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
}

/** Requests a target once, on its own connection. The time-out is not scaled, because the target is not faster here. */
export function probe(socketPath: string | undefined, check: HealthCheck, clock: Clock): Promise<Probe> {
  if (socketPath === undefined) return Promise.resolve({ kind: 'failed' });
  return new Promise((resolve) => {
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const request = http.get({ socketPath, path: check.path, headers, agent: false });
    const cancel = clock.limit(check.timeoutSeconds * 1000, () => end({ kind: 'timed-out' }));
    const end = (outcome: Probe) => {
      cancel();
      resolve(outcome);
      request.destroy();
    };
    request.on('response', (response) => {
      response.resume();
      end({ kind: 'answered', status: response.statusCode ?? 0 });
    });
    request.on('error', () => end({ kind: 'failed' }));
  });
}
