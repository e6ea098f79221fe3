import { AwsError, isAwsError } from '../../kernel/failure';
import { assumedRole, type Principal } from '../../kernel/principal';
import type { Engine } from '../parts';
import { type Blueprint, blueprint } from '../state/blueprint';
import type { StackRecord } from '../state/records';
import type { DeploymentId } from '../state/stack';

/** A running operation on one stack, while this process lives. */
export interface StackOperation {
  readonly engine: Engine;
  readonly stackId: string;
  /** Principal of the providers: a deletion during creation may have another. */
  principal: Principal;
  /** Ends the waiting of the current phase. Every phase has its own. */
  cancel: AbortController;
}

/** The execution of one blueprint on one stack. */
export interface Work {
  readonly engine: Engine;
  readonly stack: StackRecord;
  readonly blueprint: Blueprint;
  readonly principal: Principal;
  readonly cancel: AbortController;
}

/** Reads a deployment of the operation's stack, to execute, undo or remove it. */
export function openWork({ engine, stackId, principal, cancel }: StackOperation, deployment: DeploymentId): Work {
  const stack = engine.stackStore.stack(stackId);
  const stored = engine.stackStore.deployment(stackId, deployment);
  return { engine, stack, principal, cancel, blueprint: blueprint(engine, stack, stored) };
}

/** Returns the stack's service role, or the caller of the operation (E7). */
export function actingPrincipal(engine: Engine, { roleArn, operation }: Pick<StackRecord, 'roleArn' | 'operation'>) {
  if (roleArn === undefined) return operation.principal;
  try {
    return engine.assumeRole ? engine.assumeRole(roleArn) : assumedRole(roleArn, 'AWSCloudFormation');
  } catch (error) {
    if (!isAwsError(error)) throw error;
    throw new AwsError('ValidationError', `Role ${roleArn} is invalid or cannot be assumed`);
  }
}

/** The outcome of `promise`, unless the runtime stops first. */
export function unlessHalted<T>({ halted }: Pick<Engine, 'halted'>, promise: Promise<T>): Promise<T> {
  return unlessAborted(halted, promise);
}

/** The outcome of `promise`, unless `signal` is aborted first. */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
