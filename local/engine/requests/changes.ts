import { isDeepStrictEqual } from 'node:util';
import type { DeployedResource, PlannedChange, TypeFacts } from '../../template/change';
import { type Output, resolveOutputs } from '../../template/outputs';
import { parameterValues } from '../../template/parameters';
import { planChanges } from '../../template/plan';
import type { Engine } from '../parts';
import type { Blueprint } from '../state/blueprint';
import type { Deployment } from '../state/records';

/** Changes that a blueprint would make to its stack. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Neither resources, nor outputs, nor the stack's tags would change. */
  readonly isEmpty: boolean;
}

/** Plans a blueprint against the stack. `previous` is the current deployment; absent for a new stack. */
export function planFor(
  engine: Engine,
  blueprint: Blueprint,
  previous?: { stackId: string; deployment: Deployment },
): Plan {
  const { template, conditions, environment, deployment } = blueprint;
  const before = previous?.deployment;
  const changes = planChanges({
    template,
    conditions,
    environment,
    previous: previous && deployedResources(engine, previous.stackId),
    previousParameters: before && parameterValues(before.parameters),
    tags: deployment.tags,
    previousTags: before?.tags,
    facts: (type) => factsOf(engine, type),
  });
  const isEmpty =
    changes.length === 0 &&
    before !== undefined &&
    isDeepStrictEqual(before.tags, deployment.tags) &&
    isDeepStrictEqual(plain(before.outputs), plain(resolveOutputs(template, environment)));
  return { changes, isEmpty };
}

function deployedResources({ stackStore }: Engine, stackId: string): DeployedResource[] {
  return stackStore.resources.all(stackId).flatMap(({ live }) => (live?.complete ? [live] : []));
}

function factsOf({ providers }: Engine, type: string): TypeFacts | undefined {
  const provider = providers.get(type);
  return (
    provider && {
      createOnly: provider.createOnly,
      attributes: provider.attributes,
      taggable: Object.hasOwn(provider.properties, 'Tags'),
      replaces: (previous, next) => provider.replaces?.({ ...previous }, { ...next }) ?? false,
    }
  );
}

/** As the store gives it back: without members that are undefined. */
function plain(outputs: readonly Output[]): unknown {
  return JSON.parse(JSON.stringify(outputs));
}
