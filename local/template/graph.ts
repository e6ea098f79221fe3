import { own } from './own';
import { type KnownConditions, referencesOf } from './references';
import type { Json, ResourceDefinition, Template } from './template';
import { type Path, TemplateError } from './template-error';

export interface DependencyOrder {
  /** Dependencies by logical id. Only resources whose condition is true. */
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;
  /** A resource follows all its dependencies, otherwise the template's order. Deletions use the reverse order. */
  readonly order: readonly string[];
}

/**
 * Returns the order of creation (E13): by Ref, Fn::GetAtt, Fn::Sub and DependsOn of the chosen branches. Refuses
 * cycles, and references to resources whose condition is false.
 */
export function dependencyOrder(template: Template, conditions: KnownConditions): DependencyOrder {
  const active = Object.values(template.resources).filter(
    ({ condition }) => condition === undefined || own(conditions, condition),
  );
  refuseAbsent(template, conditions, new Set(active.map(({ logicalId }) => logicalId)));
  return orderOf(active, conditions);
}

/** As `dependencyOrder`, for resources that exist together, for example those of a deployed stack. */
export function orderOf(resources: readonly ResourceDefinition[], conditions?: KnownConditions): DependencyOrder {
  const ids = new Set(resources.map(({ logicalId }) => logicalId));
  const dependencies = new Map(
    resources.map((resource) => {
      const needed = dependenciesOf(resource, conditions).filter((logicalId) => ids.has(logicalId));
      return [resource.logicalId, new Set(needed)];
    }),
  );
  return { dependencies, order: sorted(dependencies) };
}

/** All that a resource names by reference or DependsOn, parameters included. */
function dependenciesOf(resource: ResourceDefinition, conditions?: KnownConditions): string[] {
  const { properties, metadata = null, creationPolicy = null, updatePolicy = null } = resource;
  const values: Json = [{ ...properties }, metadata, creationPolicy, updatePolicy];
  return [...resource.dependsOn, ...referencesOf(values, conditions).map(({ logicalId }) => logicalId)];
}

/**
 * Depth first, so that a resource stays near its dependencies; a resource that is met again on its own path is in a
 * cycle.
 */
function sorted(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const order = new Set<string>();
  const visit = (logicalId: string, way: readonly string[]): void => {
    if (order.has(logicalId)) return;
    const start = way.indexOf(logicalId);
    if (start >= 0) throw circular(way.slice(start));
    for (const needed of dependencies.get(logicalId) ?? []) visit(needed, [...way, logicalId]);
    order.add(logicalId);
  };
  for (const logicalId of dependencies.keys()) visit(logicalId, []);
  return [...order];
}

function circular(resources: readonly string[]): TemplateError {
  return new TemplateError(`Circular dependency between resources: [${resources.join(', ')}]`, [
    'Resources',
    resources[0] ?? '',
  ]);
}

function refuseAbsent(template: Template, conditions: KnownConditions, active: ReadonlySet<string>): void {
  const absent = (logicalId: string) => Object.hasOwn(template.resources, logicalId) && !active.has(logicalId);
  const inResources = [...active].flatMap((logicalId) => {
    const resource = template.resources[logicalId];
    return resource ? dependenciesOf(resource, conditions).filter(absent) : [];
  });
  if (inResources.length) throw unresolvedDependencies(inResources, 'Resources');
  const inOutputs = Object.values(template.outputs)
    .filter(({ condition }) => condition === undefined || own(conditions, condition))
    .flatMap(({ value, exportName = null }) => referencesOf([value, exportName], conditions))
    .map(({ logicalId }) => logicalId)
    .filter(absent);
  if (inOutputs.length) throw unresolvedDependencies(inOutputs, 'Outputs');
}

/** [R] E27. */
export function unresolvedDependencies(
  logicalIds: readonly string[],
  block: 'Resources' | 'Outputs',
  path?: Path,
): TemplateError {
  const names = [...new Set(logicalIds)].join(', ');
  const prefix = block === 'Resources' ? 'Template format error: ' : '';
  return new TemplateError(
    `${prefix}Unresolved resource dependencies [${names}] in the ${block} block of the template`,
    path,
  );
}
