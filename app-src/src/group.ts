import { ServiceFailed, type ServiceMachine, type StableOptions, serviceReady, serviceStable } from './readiness';
import { retried, waitFor } from './wait';

export type HookResult = 'CONTINUE' | 'ABANDON';

export interface EnterOptions extends StableOptions {
  /** Number of attempts until the group accepts it. */
  readonly tries?: number;
}

/** The group that launched this instance, which keeps it waiting at a hook before it puts it into service. */
export interface FleetGroup {
  /** Answers false while the instance does not wait at the hook. */
  complete(result: HookResult): Promise<boolean>;
  log(message: string): void;
}

/**
 * Answers the launch hook of the group: CONTINUE once its own service has been healthy for the whole window; ABANDON at
 * once when the service ends or restarts. The load balancer cannot be asked before, because an instance that waits is
 * not yet its target (F33). Returns the result that it sent.
 */
export async function enterService(
  machine: ServiceMachine,
  group: FleetGroup,
  options: EnterOptions,
): Promise<HookResult> {
  const result = await look(machine, group, options);
  if (!(await completeHook(group, result, options))) group.log('the group does not wait for this instance');
  return result;
}

async function look(machine: ServiceMachine, group: FleetGroup, options: StableOptions): Promise<HookResult> {
  try {
    await serviceReady(machine, options);
    await serviceStable(machine, options);
    group.log('CONTINUE: the service is ready and stays up');
    return 'CONTINUE';
  } catch (error) {
    if (error instanceof ServiceFailed) for (const line of error.lines) group.log(`  ${line}`);
    group.log(`ABANDON: ${error instanceof Error ? error.message : String(error)}`);
    return 'ABANDON';
  }
}

/**
 * An instance can be ready before its group records it as running, and asks again then. An instance that the group does
 * not keep waiting, because somebody else launched it or because the hook was deleted, has no hook to complete.
 */
async function completeHook(group: FleetGroup, result: HookResult, options: EnterOptions): Promise<boolean> {
  const { tries = TRIES } = options;
  let left = tries;
  return waitFor(async () => {
    if (await retried(() => group.complete(result), { ...options, log: (message) => group.log(message) })) return true;
    left -= 1;
    return left > 0 ? undefined : false;
  }, options);
}

/** With the pauses of `waitFor`, about two minutes. */
const TRIES = 35;
