import type { DeployedResource, PlannedChange, PlanRequest } from './change';
import { checkAttributes } from './check-attributes';
import { dependencyOrder, orderOf } from './graph';
import { planModification } from './plan-modification';
import type { Environment, ResourceDefinition } from './template';
import { TemplateError } from './template-error';

export type { ChangeDetail, ChangeScope, DeployedResource, PlannedChange, PlanRequest, TypeFacts } from './change';

/**
 * Returns the change set's changes (E20), in their order of execution; removals last, dependents first. Empty without
 * changes. A `Dynamic` detail may turn out to be no change: the execution resolves it again and compares.
 *
 * Changes to CreationPolicy and UpdatePolicy alone are no change (E15).
 */
export function planChanges(request: PlanRequest): PlannedChange[] {
  const { template, conditions, facts } = request;
  checkAttributes(template, (type) => facts(type)?.attributes);
  const { order } = dependencyOrder(template, conditions);
  const previous = new Map((request.previous ?? []).map((resource) => [resource.definition.logicalId, resource]));
  refuseChangedTypes(request, order, previous);

  const planned = new Map<string, PlannedChange>();
  const environment = environmentOfPlan(request.environment, { planned, previous });
  for (const logicalId of order) {
    const definition = template.resources[logicalId];
    const deployed = previous.get(logicalId);
    if (!definition) continue;
    const change = deployed
      ? planModification({ request, definition, deployed, environment, planned })
      : addition(definition);
    if (change) planned.set(logicalId, change);
  }
  return [...planned.values(), ...removals(request.previous ?? [], new Set(order))];
}

function addition({ logicalId, type }: ResourceDefinition): PlannedChange {
  return { action: 'Add', logicalId, type, scope: [], details: [] };
}

function removals(previous: readonly DeployedResource[], kept: ReadonlySet<string>): PlannedChange[] {
  const gone = new Map(
    previous
      .filter(({ definition }) => !kept.has(definition.logicalId))
      .map((resource) => [resource.definition.logicalId, resource]),
  );
  const { order } = orderOf([...gone.values()].map(({ definition }) => definition));
  return order.toReversed().flatMap((logicalId) => {
    const resource = gone.get(logicalId);
    return resource ? [removal(resource)] : [];
  });
}

/** Plans a removal. The deletion policy is that of the last template with the resource (E23). */
function removal({ definition, physicalId }: DeployedResource): PlannedChange {
  const { logicalId, type, deletionPolicy = 'Delete' } = definition;
  const policyAction = deletionPolicy === 'RetainExceptOnCreate' ? 'Retain' : deletionPolicy;
  return { action: 'Remove', logicalId, type, physicalId, scope: [], details: [], policyAction };
}

interface SoFar {
  readonly planned: ReadonlyMap<string, PlannedChange>;
  readonly previous: ReadonlyMap<string, DeployedResource>;
}

/**
 * Returns the values that are known before the deployment: physical ids of resources that stay, attributes of resources
 * that do not change (E14). The order of planning ensures that a change is planned before the resources that refer to
 * it.
 */
function environmentOfPlan(environment: Environment, { planned, previous }: SoFar): Environment {
  const stays = (logicalId: string) => {
    const change = planned.get(logicalId);
    return !change || (change.action === 'Modify' && change.replacement === 'False');
  };
  // Attributes of the template alone do not reach the provider, and so change no resource attribute.
  const reachesProvider = (logicalId: string) =>
    planned.get(logicalId)?.scope.some((part) => !/Policy$|^Metadata$/.test(part)) ?? false;
  return {
    ...environment,
    ref: (logicalId) => (stays(logicalId) ? previous.get(logicalId)?.physicalId : undefined),
    getAtt: (logicalId, attribute) =>
      reachesProvider(logicalId) ? undefined : previous.get(logicalId)?.attributes[attribute],
  };
}

/** [K] CloudFormation's message. */
function refuseChangedTypes(
  { template }: PlanRequest,
  order: readonly string[],
  previous: ReadonlyMap<string, DeployedResource>,
): void {
  const changed = order.filter((logicalId) => {
    const before = previous.get(logicalId)?.definition.type;
    return before !== undefined && before !== template.resources[logicalId]?.type;
  });
  if (!changed.length) return;
  throw new TemplateError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]`,
  );
}
