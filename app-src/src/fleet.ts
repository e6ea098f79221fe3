import {
  refuseFailedUnit,
  ServiceFailed,
  type ServiceMachine,
  type StableOptions,
  serviceReady,
  serviceStable,
} from './readiness';
import { retried, type WaitOptions, waitFor } from './wait';

export type SignalStatus = 'SUCCESS' | 'FAILURE';

/** The instance's part of a rolling update, as this machine sees it. */
export interface Fleet {
  /** State of this instance's own target: `initial`, `healthy`, `unhealthy` … */
  targetHealth(): Promise<{ state: string; reason?: string }>;
  /** Completes the launch hook at which the group keeps this instance waiting. Resolves with false if there is none. */
  enter(): Promise<boolean>;
  signal(status: SignalStatus): Promise<void>;
  log(message: string): void;
}

/**
 * Signals the state of this instance to the stack: SUCCESS once the load balancer finds its target healthy (only then
 * may an old instance end) and the service has been healthy for the whole window; FAILURE at once when the service ends
 * or restarts, so that the roll need not time out. Returns the signal that it sent.
 */
export async function announce(machine: ServiceMachine, fleet: Fleet, options: StableOptions): Promise<SignalStatus> {
  try {
    await serviceReady(machine, options);
    fleet.log('the service is ready; waiting for its target');
    // Side by side: the window begins with the service's readiness.
    await Promise.all([targetHealthy(machine, fleet, options), serviceStable(machine, options)]);
    await refuseFailedUnit(machine);
  } catch (error) {
    if (error instanceof ServiceFailed) for (const line of error.lines) fleet.log(`  ${line}`);
    fleet.log(`FAILURE: ${error instanceof Error ? error.message : String(error)}`);
    await signalled(fleet, 'FAILURE', options);
    return 'FAILURE';
  }
  fleet.log('SUCCESS: the target is healthy, and the service stays up');
  await signalled(fleet, 'SUCCESS', options);
  return 'SUCCESS';
}

async function targetHealthy(machine: ServiceMachine, fleet: Fleet, options?: WaitOptions): Promise<void> {
  let logged = '';
  await waitFor(async () => {
    const { state, reason } = await lookAt(fleet);
    const now = reason ? `${state} (${reason})` : state;
    if (now !== logged) fleet.log(`target: ${now}`);
    logged = now;
    if (state === 'healthy') return true;
    if (reason === 'Target.NotRegistered') await enter(fleet);
    await refuseFailedUnit(machine);
    return undefined;
  }, options);
}

/**
 * A group registers an instance when it lets it into service. When a fleet changes its strategy, the launch hook of the
 * other strategy may still exist, and nobody else would complete it (F32, F33).
 */
async function enter(fleet: Fleet): Promise<void> {
  try {
    if (await fleet.enter()) fleet.log('completed the hook that kept this instance out of service');
  } catch (error) {
    fleet.log(`could not complete a hook: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An API that does not answer is asked again: a missing answer says nothing about the service. */
async function lookAt(fleet: Fleet): Promise<{ state: string; reason?: string }> {
  try {
    return await fleet.targetHealth();
  } catch (error) {
    return { state: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Signals again until CloudFormation has accepted the signal, or until the roll that awaits it is over. */
async function signalled(fleet: Fleet, status: SignalStatus, options: WaitOptions): Promise<void> {
  await retried(() => fleet.signal(status), { ...options, log: (message) => fleet.log(message) });
}
