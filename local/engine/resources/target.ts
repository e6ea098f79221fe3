import { resolveValue } from '../../template/resolve';
import type { Json, ResourceDefinition } from '../../template/template';
import type { Work } from '../phases/operation';
import type { Physical, ResourceRecord } from '../state/records';

/** Planned state of a resource. */
export interface ResourceTarget {
  readonly definition: ResourceDefinition;
  readonly properties: Readonly<Record<string, Json>>;
  /** Its form in events: with secrets masked. */
  readonly shown: Json | undefined;
  readonly dependsOn: readonly string[];
}

/**
 * Resolves a resource's target with the current values of its dependencies, so it runs just before the resource is
 * changed (E14).
 */
export function targetOf({ blueprint }: Work, definition: ResourceDefinition): ResourceTarget {
  const properties = definition.properties as Record<string, Json>;
  const secrets = blueprint.deployment.parameters.some(({ noEcho }) => noEcho);
  const resolved = (resolveValue(properties, blueprint.environment) ?? {}) as Record<string, Json>;
  return {
    definition,
    properties: resolved,
    shown: secrets ? blueprint.masked(properties) : resolved,
    dependsOn: [...(blueprint.dependencies.dependencies.get(definition.logicalId) ?? [])],
  };
}

/** Returns the target as a physical resource. */
export function physical(
  work: Work,
  { target, physicalId }: { target: ResourceTarget; physicalId: string },
): Omit<Physical, 'attributes' | 'complete'> {
  const { definition, properties } = target;
  return { physicalId, definition, properties, stackTags: work.blueprint.deployment.tags };
}

/** Returns the record of a new resource. */
export function newRecord({ engine, blueprint }: Work, logicalId: string): ResourceRecord {
  return {
    logicalId,
    type: blueprint.template.resources[logicalId]!.type,
    status: 'CREATE_IN_PROGRESS',
    updatedAt: engine.journal.now(),
    undo: { kind: 'created' },
    doomed: [],
    dependsOn: [...(blueprint.dependencies.dependencies.get(logicalId) ?? [])],
  };
}
