import { NotSupportedLocally } from '../../kernel/failure';
import { resolvePartially } from '../../template/resolve';
import type { Json, ResourceDefinition } from '../../template/template';
import type { Provider } from '../provider';
import type { Blueprint } from '../state/blueprint';

/**
 * Refuses, before anything is changed, unsupported parts of the blueprint: types, properties, values and policies, each
 * by name. Only resources whose condition is true count. (The plan checks attributes.)
 */
export function refuseUnsupported(blueprint: Blueprint, providers: ReadonlyMap<string, Provider>): void {
  const { template, dependencies } = blueprint;
  const definitions = dependencies.order.map((logicalId) => template.resources[logicalId]!);
  const problems = definitions.flatMap((definition) => resourceProblems(definition, { blueprint, providers }));
  if (problems.length) throw new NotSupportedLocally([...new Set(problems)].join(', '));
}

function resourceProblems(
  definition: ResourceDefinition,
  { blueprint, providers }: { blueprint: Blueprint; providers: ReadonlyMap<string, Provider> },
): string[] {
  const { logicalId, type, properties } = definition;
  const provider = providers.get(type);
  if (!provider) return [`Resource type ${type} (resource ${logicalId})`];
  const unknown = Object.keys(properties)
    .filter((name) => !Object.hasOwn(provider.properties, name))
    .map((name) => `Property ${name} of ${type} (resource ${logicalId})`);
  if (unknown.length) return unknown;
  return [
    ...policyProblems(definition),
    ...(provider.refuse?.(knownProperties(definition, blueprint)) ?? []).map(
      (refusal) => `${type} (resource ${logicalId}) with ${refusal}`,
    ),
  ];
}

/** Returns the properties that are known before the deployment. */
function knownProperties({ properties }: ResourceDefinition, { environment }: Blueprint): Record<string, Json> {
  const blind = { ...environment, ref: () => undefined, getAtt: () => undefined };
  const { value } = resolvePartially(properties as Record<string, Json>, blind);
  return (value ?? {}) as Record<string, Json>;
}

/** Update policies that would change an update, and that no provider supports. */
const REFUSED_UPDATE_POLICIES: Readonly<Record<string, (policy: Json) => boolean>> = {
  AutoScalingReplacingUpdate: (policy) => String((policy as { WillReplace?: Json }).WillReplace) === 'true',
  AutoScalingInstanceRefresh: (policy) => (policy as { Strategy?: Json }).Strategy === 'ReplaceRootVolume',
  CodeDeployLambdaAliasUpdate: () => true,
  EnableVersionUpgrade: (policy) => String(policy) === 'true',
  UseOnlineResharding: (policy) => String(policy) === 'true',
};

function policyProblems({
  logicalId,
  deletionPolicy,
  updateReplacePolicy,
  updatePolicy,
}: ResourceDefinition): string[] {
  const problems: string[] = [];
  if (deletionPolicy === 'Snapshot') problems.push(`DeletionPolicy Snapshot (resource ${logicalId})`);
  if (updateReplacePolicy === 'Snapshot') problems.push(`UpdateReplacePolicy Snapshot (resource ${logicalId})`);
  for (const [name, policy] of Object.entries((updatePolicy ?? {}) as Record<string, Json>)) {
    if (REFUSED_UPDATE_POLICIES[name]?.(policy)) problems.push(`UpdatePolicy ${name} (resource ${logicalId})`);
  }
  return problems;
}
