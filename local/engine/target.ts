import { resolveValue } from '../template/resolve';
import type { Json, ResourceDefinition } from '../template/template';
import type { Work } from './operation';
import type { Physical, ResourceRecord } from './records';

/** Planned state of a resource. */
export interface Target {
  readonly definition: ResourceDefinition;
  readonly properties: Readonly<Record<string, Json>>;
  /** For events: with secrets masked. */
  readonly shown: Json | undefined;
  readonly dependsOn: readonly string[];
}

/** Resolves a resource's target against what its dependencies are now, so it is done just before it is begun (E14). */
export function targetOf({ blueprint }: Work, definition: ResourceDefinition): Target {
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

/** The target as a thing that exists, or is about to. */
export function physical(
  work: Work,
  { target, physicalId }: { target: Target; physicalId: string },
): Omit<Physical, 'attributes' | 'complete'> {
  const { definition, properties } = target;
  return { physicalId, definition, properties, stackTags: work.blueprint.deployment.tags };
}

/** The record of a resource that is seen for the first time. */
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
