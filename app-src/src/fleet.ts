import { type Machine, refuseFailedUnit, ServiceFailed, serviceReady } from './readiness';
import { type WaitOptions, waitFor } from './wait';

export type SignalStatus = 'SUCCESS' | 'FAILURE';

/** The instance's part of a rolling update, as this machine sees it. */
export interface Fleet {
  /** State of this instance's own target: `initial`, `healthy`, `unhealthy` … */
  targetHealth(): Promise<{ state: string; reason?: string }>;
  signal(status: SignalStatus): Promise<void>;
  log(message: string): void;
}

/**
 * Tells the stack how this instance fares: SUCCESS once the load balancer itself finds its target healthy, since only
 * then may an old instance go; FAILURE at once when the service cannot start, rather than leaving the roll to time out.
 * Answers what it sent.
 */
export async function announce(machine: Machine, fleet: Fleet, options?: WaitOptions): Promise<SignalStatus> {
  try {
    await serviceReady(machine, options);
    fleet.log('the service is ready; waiting for its target');
    await targetHealthy(machine, fleet, options);
  } catch (error) {
    if (error instanceof ServiceFailed) for (const line of error.lines) fleet.log(`  ${line}`);
    fleet.log(`FAILURE: ${error instanceof Error ? error.message : String(error)}`);
    await fleet.signal('FAILURE');
    return 'FAILURE';
  }
  fleet.log('SUCCESS: the target is healthy');
  await fleet.signal('SUCCESS');
  return 'SUCCESS';
}

async function targetHealthy(machine: Machine, fleet: Fleet, options?: WaitOptions): Promise<void> {
  let told = '';
  await waitFor(async () => {
    const { state, reason } = await fleet.targetHealth();
    const now = reason ? `${state} (${reason})` : state;
    if (now !== told) fleet.log(`target: ${now}`);
    told = now;
    if (state === 'healthy') return true;
    await refuseFailedUnit(machine);
    return undefined;
  }, options);
}
