import { resolveValue } from '../template/resolve';
import type { ResourceDefinition } from '../template/template';
import type { Work } from './phases/operation';
import type { Provider, ProviderContext, Signals } from './provider';

/** Longest name that CloudFormation generates, unless the type has another limit. */
const LONGEST_NAME = 255;
const RANDOM_LETTERS = 12;

export interface ContextOptions {
  readonly logicalId: string;
  /**
   * The definition in the template that is deployed, or to which the stack rolls back: its UpdatePolicy applies (F8).
   */
  readonly definition?: ResourceDefinition;
  readonly signals: Signals;
  readonly cancelled: AbortSignal;
  created(physicalId: string): void;
  progress(reason: string): void;
}

/** Returns the context of an operation on one resource, for its provider. */
export function providerContext(work: Work, options: ContextOptions): ProviderContext {
  const { engine, stack, blueprint, principal } = work;
  const { definition, logicalId } = options;
  const updatePolicy =
    definition?.updatePolicy === undefined ? undefined : resolveValue(definition.updatePolicy, blueprint.environment);
  return {
    scope: engine.scope,
    stackId: stack.stackId,
    stackName: stack.stackName,
    stackTags: blueprint.deployment.tags,
    logicalId,
    principal,
    updatePolicy: updatePolicy as Record<string, unknown> | undefined,
    signals: options.signals,
    cancelled: options.cancelled,
    created: options.created,
    progress: options.progress,
    physicalName: ({ length = LONGEST_NAME, lowerCase = false, prefix = stack.stackName } = {}) => {
      const name = physicalName([prefix, logicalId, engine.ids.letters(RANDOM_LETTERS)], length);
      return lowerCase ? name.toLowerCase() : name;
    },
  };
}

/** `STACK-LOGICALID-XXXXXXXXXXXX`; if that is too long, stack and logical id are shortened evenly. */
function physicalName([stackName, logicalId, random]: [string, string, string], length: number): string {
  const room = length - random.length - 2;
  if (stackName.length + logicalId.length <= room) return `${stackName}-${logicalId}-${random}`;
  const half = Math.floor(room / 2);
  const forStack = Math.min(stackName.length, Math.max(half, room - logicalId.length));
  return `${stackName.slice(0, forStack)}-${logicalId.slice(0, room - forStack)}-${random}`;
}

/** The provider of a type that was accepted when the stack was. */
export function providerOf(work: Pick<Work, 'engine'>, type: string): Provider {
  const provider = work.engine.providers.get(type);
  if (!provider) throw new Error(`Resource type ${type} is not supported by the local runtime.`);
  return provider;
}
