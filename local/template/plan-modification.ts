import type { ChangeDetail, ChangeScope, DeployedResource, PlannedChange, PlanRequest, TypeFacts } from './change';
import { own } from './own';
import { referencesOf } from './references';
import { resolvePartially } from './resolve';
import { same } from './same';
import type { Environment, Json, Reference, ResourceDefinition } from './template';

export interface ModificationRequest {
  readonly request: PlanRequest;
  readonly definition: ResourceDefinition;
  readonly deployed: DeployedResource;
  /** Values that are known before the deployment. */
  readonly environment: Environment;
  /** Changes planned until now, including those of all dependencies of this resource. */
  readonly planned: ReadonlyMap<string, PlannedChange>;
}

/** Returns the change of an existing resource, or undefined without a change. */
export function planModification(modification: ModificationRequest): PlannedChange | undefined {
  const { request, definition, deployed } = modification;
  const { logicalId, type } = definition;
  const facts = request.facts(type);
  const properties = changedProperties(modification);
  const extra = new Set(extraReplacements(modification, properties, facts));
  const details = [
    ...properties.flatMap((property) =>
      propertyDetails(modification, property, recreation(property.name, facts, extra)),
    ),
    ...stackTagDetails(request, properties, facts),
    ...changedAttributes(deployed.definition, definition).map(wholeAttribute),
  ];
  if (!details.length) return undefined;
  const replacement = replacementOf(details);
  return {
    action: 'Modify',
    logicalId,
    type,
    physicalId: deployed.physicalId,
    replacement,
    scope: [...new Set([...details.map(({ target }) => target.attribute), ...changedPolicies(modification)])],
    details,
    ...(replacement === 'False' ? {} : { policyAction: replacePolicy(definition) }),
  };
}

interface ChangedProperty {
  readonly name: string;
  /** Its value, resolved as far as possible. */
  readonly value: Json | undefined;
  readonly unknown: readonly Reference[];
}

function changedProperties({ definition, deployed, environment }: ModificationRequest): ChangedProperty[] {
  const names = new Set([...Object.keys(definition.properties), ...Object.keys(deployed.properties)]);
  return [...names]
    .map((name) => {
      const source = own(definition.properties, name);
      const { value, unknown } =
        source === undefined ? { value: undefined, unknown: [] } : resolvePartially(source, environment);
      return { name, value, unknown };
    })
    .filter(({ name, value, unknown }) => unknown.length > 0 || !same(value, own(deployed.properties, name)));
}

/**
 * Returns changed properties that replace the resource, although their change need not always. Unknown values count as
 * unchanged.
 */
function extraReplacements(
  { deployed }: ModificationRequest,
  changed: readonly ChangedProperty[],
  facts: TypeFacts | undefined,
): string[] {
  const known = changed.filter(({ unknown }) => unknown.length === 0);
  const replacedBy = (some: readonly ChangedProperty[]) => {
    const next = { ...deployed.properties, ...Object.fromEntries(some.map(({ name, value }) => [name, value])) };
    const present = Object.entries(next).filter((entry): entry is [string, Json] => entry[1] !== undefined);
    return facts?.replaces?.(deployed.properties, Object.fromEntries(present)) ?? false;
  };
  if (!replacedBy(known)) return [];
  const alone = known.filter((property) => replacedBy([property]));
  return (alone.length ? alone : known).map(({ name }) => name);
}

type Recreation = ChangeDetail['target']['requiresRecreation'];

function recreation(name: string, facts: TypeFacts | undefined, extra: ReadonlySet<string>): Recreation {
  if (facts?.createOnly.includes(name)) return 'Always';
  return extra.has(name) ? 'Conditionally' : 'Never';
}

/** Returns the cause of a property's change: its references, or else the template's text. */
function propertyDetails(
  modification: ModificationRequest,
  { name, unknown }: ChangedProperty,
  requiresRecreation: Recreation,
): ChangeDetail[] {
  const { definition, deployed, planned } = modification;
  const target: ChangeDetail['target'] =
    name === 'Tags' ? { attribute: 'Tags', requiresRecreation } : { attribute: 'Properties', name, requiresRecreation };
  const written = !same(own(definition.properties, name), own(deployed.definition.properties, name));
  const byReference = unknown.map(({ logicalId, attribute }): ChangeDetail => {
    // A new resource or a certain replacement has a new value for certain.
    const certain = planned.get(logicalId)?.action === 'Add' || planned.get(logicalId)?.replacement === 'True';
    return {
      target,
      evaluation: certain ? 'Static' : 'Dynamic',
      changeSource: attribute === undefined ? 'ResourceReference' : 'ResourceAttribute',
      causingEntity: attribute === undefined ? logicalId : `${logicalId}.${attribute}`,
    };
  });
  const byParameter = changedParameters(modification, name).map(
    (causingEntity): ChangeDetail => ({
      target,
      evaluation: 'Static',
      changeSource: 'ParameterReference',
      causingEntity,
    }),
  );
  const direct: ChangeDetail = {
    target,
    // Beside a changed parameter AWS names the template's text too, as a possible cause.
    evaluation: written || !byParameter.length ? 'Static' : 'Dynamic',
    changeSource: 'DirectModification',
  };
  return [...(written || !byReference.length ? [direct] : []), ...byParameter, ...byReference];
}

function changedParameters({ request, definition }: ModificationRequest, property: string): string[] {
  const before = request.previousParameters ?? {};
  const now = request.environment.parameters;
  return referencesOf(own(definition.properties, property) ?? null, request.conditions)
    .map(({ logicalId }) => logicalId)
    .filter((name) => Object.hasOwn(now, name) && !same(asJson(now[name]), asJson(own(before, name))));
}

function asJson(value: string | readonly string[] | undefined): Json | undefined {
  return typeof value === 'string' || value === undefined ? value : [...value];
}

/** The stack's own tags go onto every resource that takes tags. */
function stackTagDetails(
  { tags = {}, previousTags = {} }: PlanRequest,
  changed: readonly ChangedProperty[],
  facts: TypeFacts | undefined,
): ChangeDetail[] {
  const alreadyNamed = changed.some(({ name }) => name === 'Tags');
  return facts?.taggable && !alreadyNamed && !same(tags, previousTags) ? [wholeAttribute('Tags')] : [];
}

function wholeAttribute(attribute: ChangeScope): ChangeDetail {
  return {
    target: { attribute, requiresRecreation: 'Never' },
    evaluation: 'Static',
    changeSource: 'DirectModification',
  };
}

/** `True` once one reason is certain; `Conditional` while a replacement hangs on a value not known yet. */
function replacementOf(details: readonly ChangeDetail[]): 'True' | 'False' | 'Conditional' {
  const replacing = details.filter(({ target }) => target.requiresRecreation !== 'Never');
  if (!replacing.length) return 'False';
  return replacing.some(({ evaluation }) => evaluation === 'Static') ? 'True' : 'Conditional';
}

/** Returns the changed attributes, besides the properties, whose change is an update by itself (E15). */
export function changedAttributes(before: ResourceDefinition, after: ResourceDefinition): ChangeScope[] {
  const pairs: [ChangeScope, Json | undefined, Json | undefined][] = [
    ['Metadata', before.metadata, after.metadata],
    ['DeletionPolicy', before.deletionPolicy, after.deletionPolicy],
    ['UpdateReplacePolicy', before.updateReplacePolicy, after.updateReplacePolicy],
  ];
  return differing(pairs);
}

function differing(pairs: readonly [ChangeScope, Json | undefined, Json | undefined][]): ChangeScope[] {
  return pairs.filter(([, previous, next]) => !same(previous, next)).map(([scope]) => scope);
}

/** Those that are named beside other changes, and are none by themselves. */
function changedPolicies({ definition, deployed }: ModificationRequest): ChangeScope[] {
  const before = deployed.definition;
  const pairs: [ChangeScope, Json | undefined, Json | undefined][] = [
    ['CreationPolicy', before.creationPolicy, definition.creationPolicy],
    ['UpdatePolicy', before.updatePolicy, definition.updatePolicy],
  ];
  return differing(pairs);
}

function replacePolicy({ updateReplacePolicy }: ResourceDefinition): PlannedChange['policyAction'] {
  if (updateReplacePolicy === 'Retain') return 'ReplaceAndRetain';
  return updateReplacePolicy === 'Snapshot' ? 'ReplaceAndSnapshot' : 'ReplaceAndDelete';
}
