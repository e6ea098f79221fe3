import { StackEngine, type StackEngineOptions } from '../../../local/engine/engine';
import type { OperationRequest } from '../../../local/engine/requests/request';
import type { Principal } from '../../../local/kernel/principal';
import type { Store } from '../../../local/kernel/store';
import { type Answer, ControllableProviders, type ProviderCall } from '../../rig/controllable-provider';
import type { DrivenClock } from '../../rig/driven-clock';
import { type Room, room, testScope } from '../../rig/room';

export const someone: Principal = {
  kind: 'user',
  account: testScope.account,
  arn: 'arn:aws:iam::000000000000:user/local-administrator',
};

/** An engine over controllable providers and an in-memory store. */
export interface Desk extends Room<DrivenClock> {
  engine: StackEngine;
  providers: ControllableProviders;
  parameters: Map<string, string>;
  /** The engine's next life over the same store: the old one never writes again. */
  restart(options?: Partial<StackEngineOptions>): Promise<Desk>;
}

export interface DeskOptions {
  readonly answer?: (call: ProviderCall) => Answer;
  readonly engine?: Partial<StackEngineOptions>;
}

export const obedient = (): Answer => 'succeeds';

export function desk({ answer, engine: extra }: DeskOptions = {}): Desk {
  const base = room();
  const parameters = new Map<string, string>();
  const providers = new ControllableProviders(answer);
  const make = (store: Store, more: Partial<StackEngineOptions> = {}): Desk => {
    const engine = new StackEngine({
      ...base,
      store,
      providers: providers.providers,
      parameters: { value: (name) => parameters.get(name) },
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      ...extra,
      ...more,
    });
    return {
      ...base,
      engine,
      providers,
      parameters,
      async restart(options) {
        await engine.stop();
        return make(store, options);
      },
    };
  };
  return make(base.store);
}

/** A request for stack `desk`; a template may be given as an object. */
export function request(
  template: object | string,
  {
    parameters = {},
    ...more
  }: Partial<Omit<OperationRequest, 'parameters'>> & { parameters?: Record<string, string> } = {},
): OperationRequest {
  return {
    stackName: 'desk',
    templateBody: typeof template === 'string' ? template : JSON.stringify(template),
    parameters: Object.entries(parameters).map(([key, value]) => ({ key, value })),
    principal: someone,
    ...more,
  };
}

/** Returns a template of items, from the definition of each. */
export function items(resources: Record<string, object>, rest: object = {}): object {
  const typed = Object.entries(resources).map(([id, item]) => [id, { Type: 'Test::Desk::Item', ...item }]);
  return { Resources: Object.fromEntries(typed), ...rest };
}

/** Returns the messages of the stack's events: `LogicalId STATUS (physical id): reason`. */
export function told({ engine }: Pick<Desk, 'engine'>, stackName = 'desk', from = 0): string[] {
  return engine.queries
    .events(stackName)
    .slice(from)
    .map(({ logicalId, status, physicalId, reason }) => {
      const id = logicalId === stackName || stackName.endsWith(physicalId) ? '' : ` (${physicalId})`;
      return `${logicalId} ${status}${id}${reason === undefined ? '' : `: ${reason}`}`;
    });
}

/** Runs everything that is already decided. */
export async function settle({ clock }: Pick<Desk, 'clock'>): Promise<void> {
  await clock.advance(0);
}
